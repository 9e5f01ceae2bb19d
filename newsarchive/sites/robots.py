"""What a robots.txt says (RFC 9309), and how slowly it wants to be read. Pure."""

from __future__ import annotations

from protego import Protego

MAX_BYTES = 500 * 1024
"""Bytes of a robots.txt that are read: what RFC 9309 §2.5 asks for at least. More would hold up all other crawls."""
MAX_DELAY = 60.0
"""Seconds of a Crawl-delay that are kept to. The line is no part of the standard, and files copied from site to site
ask for hours: 3,000 articles at a minute each take two days already."""


class RobotsRules:
    """The rules of one robots.txt, as far as they concern the program that calls itself ``agent``.

    ``body`` is the file as received; empty where there is none, which forbids nothing. Never fails: what is no rule is
    passed over.
    """

    def __init__(self, body: bytes, agent: str):
        if len(body) > MAX_BYTES:
            # To the end of a line: half a rule may forbid what the whole does not.
            body = body[:MAX_BYTES].rpartition(b"\n")[0]
        self._rules = Protego.parse(body.decode("utf-8-sig", "ignore"))
        self._agent = agent

    def allowed(self, url: str) -> bool:
        """True where an address may be fetched."""
        return self._rules.can_fetch(url, self._agent)

    @property
    def asked_delay(self) -> float:
        """The Crawl-delay as written, in seconds; 0 where there is none."""
        return self._rules.crawl_delay(self._agent) or 0.0

    @property
    def delay(self) -> float:
        """The seconds to wait between two requests: :attr:`asked_delay`, a minute at most."""
        return min(self.asked_delay, MAX_DELAY)

    @property
    def sitemaps(self) -> list[str]:
        """The addresses on ``Sitemap:`` lines, as written."""
        return list(self._rules.sitemaps)
