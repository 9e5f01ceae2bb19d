"""Addresses: the one place that makes a URL canonical, and says which host a site's page may come from. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

# Query parameters that say how a reader came, or which session he has, and never which page it is. A short "sid" is the
# number of an article in PHP-Nuke and the first NukeViet.
_JUNK_QUERY = re.compile(
    r"(?:utm_[^=]*|fbclid|gclid|zarsrc|zanpid|gidzl|mc_[ce]id|_ga|_gl|igshid|yclid|ref_?src|share|"
    r"phpsessid|jsessionid|aspsessionid[^=]*|sessionid|cftoken|cfid|__cf_chl[^=]*|nv_redirect|print|replytocom|"
    r"inheritredirect)(?:=.*)?"
    r"|sid=[0-9a-z]{16,}",
    re.IGNORECASE | re.DOTALL,
)
# Liferay says in the address of an article on which page the reader was, with which of that page's settings.
_LIFERAY_CONTENT = re.compile(r"/-/(?:asset_publisher|journal_content|blogs)/")
_WAY_BACK = re.compile(r"(?:_\w+_)?redirect=.*", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_JSESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/\([A-Z]\([^()/]{10,}\)\)(?=/)", re.IGNORECASE)
_DEFAULT_PORT = {"http": 80, "https": 443}
_NAT64 = IPv6Network("64:ff9b::/96")
_OLD_PART = re.compile(r"0[xX][0-9a-fA-F]{1,12}|[0-7]{1,14}|[1-9][0-9]{0,10}", re.ASCII)
_MAX_LENGTH = 2000
_SAFE_PATH = "/:@!$&'()*+,;=~-._%"
_SAFE_QUERY = "/:@!$&()*+,;=~-._%?"


def canonical_url(url: str, base: str | None = None) -> str | None:
    """The one address of a page: absolute, without fragment, session, tracking parameters and default port.

    ``url`` may be relative to ``base``. Host and scheme in lower case, non-ASCII letters of path and query
    percent-encoded (UTF-8), "." and ".." resolved (RFC 3986 §5.2.4, §6.2.2); the order of parameters is kept. None for
    anything that is no fetchable page: another scheme (``javascript:``, ``mailto:``), no host, longer than 2,000
    characters, malformed.
    """
    url = re.sub(r"[\t\r\n]", "", url).strip()
    if len(url) > _MAX_LENGTH or _SURROGATE.search(url):
        return None
    try:
        parts = urlsplit(urljoin(base, url) if base else url)
        port = parts.port
        host = _plain_host(parts.hostname or "")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in _DEFAULT_PORT or not host or not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", host):
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port and port != _DEFAULT_PORT[parts.scheme]:
        netloc += f":{port}"
    path = _ASP_SESSION.sub("", _JSESSION.sub("", parts.path)) or "/"
    # urljoin resolves dots only in relative references.
    path = (
        urlsplit(urljoin("http://x/", path if not path.startswith("//") else "/." + path)).path
        if "/." in path
        else path
    )
    path = quote(path, safe=_SAFE_PATH)
    kept = [pair for pair in parts.query.split("&") if not _JUNK_QUERY.fullmatch(unquote(pair))]
    if _LIFERAY_CONTENT.search(path):
        kept = [pair for pair in kept if not _WAY_BACK.fullmatch(pair)]
    query = quote("&".join(kept), safe=_SAFE_QUERY)
    made = urlunsplit((parts.scheme, netloc, path, query, ""))
    return made if len(made) <= _MAX_LENGTH else None


@lru_cache(maxsize=1024)
def _plain_host(host: str) -> str:
    """A host in ASCII. Raises UnicodeError for what is none."""
    return host.encode("idna").decode("ascii").lower().rstrip(".")


def same_page(url: str) -> tuple[str, ...]:
    """The addresses under which the page of a canonical address may be known, that address first.

    The rule: ``http`` or ``https``, with "www." or without, is one and the same page, because old sites changed
    from one to the other and their articles stayed what they were. Nothing else is taken for granted: any other
    two addresses are one article only where the site says so, by a redirect or a canonical link.
    """
    scheme, _, rest = url.partition("://")
    bare = rest.removeprefix("www.")
    schemes = (scheme, "https" if scheme == "http" else "http")
    hosts = (rest, bare if bare != rest else f"www.{rest}")
    return tuple(f"{s}://{h}" for s in schemes for h in hosts)


def absolute_url(url: str, base: str) -> str | None:
    """An address on a page made absolute and nothing else: for pictures and documents. None where not http(s)."""
    if _SURROGATE.search(url):
        return None
    try:
        joined = urljoin(base, re.sub(r"[\t\r\n]", "", url).strip())
        parts = urlsplit(joined)
        parts.port  # noqa: B018  # raises on a malformed port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORT or not parts.hostname or len(joined) > _MAX_LENGTH:
        return None
    return quote(joined, safe=_SAFE_PATH + "?#[]")


def path_of(url: str) -> str:
    """Path and query of an address, as a family's patterns match them."""
    return "/" + url.partition("://")[2].partition("/")[2]


def host_of(url: str) -> str:
    """The host of an address without "www.", in lower case; empty where there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def is_private(host: str) -> bool:
    """True for an address that is not of the public internet, in any spelling that resolvers read (``127.1``,
    ``0x7f000001``, ``::ffff:10.0.0.1``), and for a name that only a private network has (RFC 6761, RFC 6762).

    Not for a public name that leads into one: nobody is asked here.

    >>> is_private("10.0.0.1"), is_private("2130706433"), is_private("nas.local"), is_private("quan1.example.vn")
    (True, True, True, False)
    """
    host = host.strip("[]").rstrip(".").partition("%")[0]
    try:
        address: IPv4Address | IPv6Address = ip_address(host)
    except ValueError:
        number = _old_number(host)
        if number is None:
            return "." not in host or host.endswith((".localhost", ".local", ".internal"))
        address = IPv4Address(number)
    if isinstance(address, IPv6Address):
        # IPv4 in IPv6's clothes: mapped, 6to4, NAT64 (RFC 6052).
        within = address.ipv4_mapped or address.sixtofour
        if within is None and address in _NAT64:
            within = IPv4Address(int(address) & 0xFFFFFFFF)
        if within is not None:
            address = within
    return not address.is_global or address.is_multicast


def _old_number(host: str) -> int | None:
    """The IPv4 address in a spelling that resolvers take (inet_aton: 0x7f.1, 017700000001, 2130706433); else None."""
    parts = host.split(".")
    if len(parts) > 4 or not all(_OLD_PART.fullmatch(part) for part in parts):
        return None
    *first, last = (int(part, 16 if part[:2] in ("0x", "0X") else 8 if part[0] == "0" else 10) for part in parts)
    if any(number > 0xFF for number in first) or last >= 1 << 8 * (5 - len(parts)):
        return None
    return sum(number << 8 * (3 - place) for place, number in enumerate(first)) + last


def is_front_page(url: str) -> bool:
    """True for a site's root or one of its usual names (index.html, default.aspx, trang-chu), without a query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    name = unquote(parts.path).strip("/").lower()
    return not parts.query and re.fullmatch(r"|(?:index|default|home|trang-?chu)(?:\.\w{2,5})?", name) is not None
