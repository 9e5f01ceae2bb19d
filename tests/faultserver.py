"""A site in trouble: a made-up paper on a real server on loopback, whose faults are named and can be put together.

with FaultServer(Paper(9)) as site:
    site.fault("500", *site.paper.order[:2], times=4)     # the next four answers to either
    site.fault("drip", LISTING)                           # until mended
    crawl(folder)
    site.offered                                          # what it gave away whole, however long ago
    site.mend()

It speaks HTTP and, on the same port, HTTPS. What an answer *says* is the paper's (:class:`crawling.Paper`), which may
be edited meanwhile; how it *comes* is a fault's. A fault that leaves the article whole still offers it.
"""

import contextlib
import gzip
import socket
import ssl
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread

from crawling import Response, html
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from newsarchive.demo import site as demo

WHOLE, PART = True, False
"""What a fault says of an answer: the reader was given all of it, or not."""


# How an answer comes: each writes it, and says whether all of it left.


def _error(status, **headers):
    def send(handler, answer):
        handler.write(html("<h1>Máy chủ bận</h1>", status, **headers))
        return PART

    return send


def _drip(handler, answer):
    """A byte now and then: never silent for long, never done."""
    handler.begin(answer, length=len(answer.body))
    for byte in answer.body:
        handler.put(bytes([byte]))
        if handler.server.over.wait(0.2):
            break
    handler.close_connection = True
    return PART


def _stall(handler, answer):
    """Half of it, and then nothing, while the connection stays open."""
    handler.begin(answer, length=len(answer.body))
    handler.put(answer.body[: len(answer.body) // 2])
    handler.server.over.wait()
    handler.close_connection = True
    return PART


def _mute(handler, answer):
    """Not a word."""
    handler.server.over.wait()
    handler.close_connection = True
    return PART


def _reset(handler, answer):
    """Half of it, and the connection is torn down."""
    handler.begin(answer, length=len(answer.body))
    handler.put(answer.body[: len(answer.body) // 2])
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    return PART


def _closed(handler, answer):
    """Half of it, and the connection is closed in good order."""
    handler.begin(answer, length=len(answer.body))
    handler.put(answer.body[: len(answer.body) // 2])
    handler.close_connection = True
    return PART


def _too_long_a_length(handler, answer):
    """All of it, and more is promised."""
    handler.begin(answer, length=len(answer.body) + 1000)
    handler.put(answer.body)
    handler.close_connection = True
    return WHOLE


def _too_short_a_length(handler, answer):
    """All of it, and less is promised: a reader takes what lies behind for nothing."""
    handler.begin(answer, length=len(answer.body) * 2 // 3)
    handler.put(answer.body)
    handler.close_connection = True
    return PART


def _no_length(handler, answer):
    """Neither a length nor chunks: it ends with the connection."""
    handler.begin(answer, Connection="close")
    handler.put(answer.body)
    handler.close_connection = True
    return WHOLE


def _chunks(*ends, whole):
    """In chunks; behind the first half of it comes what is named instead of a chunk's length."""

    def send(handler, answer):
        half = len(answer.body) // 2
        parts = [answer.body[:half], answer.body[half:]]
        handler.begin(answer, Transfer_Encoding="chunked")
        for part, end in zip(parts, ends, strict=False):
            handler.put(b"%x\r\n%s\r\n" % (len(part), part) + end)
        handler.close_connection = True
        return whole

    return send


def _round(handler, answer):
    """Leads back to itself by way of another address."""
    path = handler.path.removesuffix("?vong=1")
    handler.write(Response(302, {"Location": path if path != handler.path else f"{path}?vong=1"}, b""))
    return PART


def _bomb(handler, answer):
    """A few bytes that unpack to 300 MB."""
    handler.write(Response(200, {**answer.headers, "Content-Encoding": "gzip"}, BOMB))
    return PART


def _huge(handler, answer):
    """50 MB, with the article at their end, and no length told before."""
    handler.begin(answer, Connection="close")
    for _ in range(50):
        handler.put(b"<!-- %s -->" % (b"x" * 2**20))
    handler.put(answer.body)
    handler.close_connection = True
    return PART  # more than anybody is asked to read


def _says_huge(handler, answer):
    """Its length says 50 MB."""
    handler.begin(answer, length=50 * 2**20)
    handler.put(answer.body)
    handler.close_connection = True
    return PART


def _charset(named, written="utf-8"):
    """The head of the answer names another encoding than the page, which is right."""

    def send(handler, answer):
        body = answer.body.decode().replace('charset="utf-8"', f'charset="{written}"').encode(written)
        handler.write(Response(200, {"Content-Type": f"text/html; charset={named}"}, body))
        return WHOLE

    return send


def _maintenance(handler, answer):
    """Status 200, and a word for everybody in the place of the page."""
    handler.write(
        html("<html><body><h2>Thông báo</h2><p>Website đang bảo trì, vui lòng quay lại sau.</p></body></html>")
    )
    return PART


BOMB = gzip.compress(bytes(2**20)) * 300

FAULTS = {
    "500": _error(500),
    "503": _error(503),
    "403": _error(403),
    "429": _error(429, Retry_After="1"),
    "429 for an hour": _error(429, Retry_After="3600"),
    "drip": _drip,
    "stall": _stall,
    "mute": _mute,
    "reset": _reset,
    "closed": _closed,
    "length too long": _too_long_a_length,
    "length too short": _too_short_a_length,
    "no length": _no_length,
    "chunk of no length": _chunks(b"zz\r\n", whole=PART),
    "chunk longer than told": _chunks(b"5\r\nmore than five\r\n", b"0\r\n\r\n", whole=PART),
    "no last chunk": _chunks(b"", b"", whole=WHOLE),
    "round": _round,
    "bomb": _bomb,
    "huge": _huge,
    "says huge": _says_huge,
    "charset of another": _charset("iso-8859-1"),
    "charset of none": _charset("x-khong-co"),
    "charset of the page too": _charset("utf-8", "utf-16"),
    "maintenance": _maintenance,
}
"""What can go wrong with an answer, by name."""


@dataclass
class Fault:
    """A fault that lies on some paths, on all where there are none, for so many answers (None: until mended)."""

    name: str
    paths: tuple[str, ...]
    times: int | None

    def meets(self, path):
        if self.times == 0 or (self.paths and path.removesuffix("?vong=1") not in self.paths):
            return False
        self.times = self.times and self.times - 1
        return True


@dataclass(frozen=True)
class Offered:
    """An article that left the server whole: what it said at that time."""

    path: str
    title: str
    body: str


class FaultServer:
    """Serves a paper, with faults, from a free port of 127.0.0.1 (``base``). ``log`` has the paths asked for,
    ``offered`` what was given away whole."""

    def __init__(self, paper):
        self.paper, self.faults, self.log, self.offered = paper, [], [], set()
        self.over, self._lock = Event(), Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site, self._server.over = self, self.over
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"

    def fault(self, name, *paths, times=None):
        """Lay a fault on paths (on all without any) for so many answers. Of several the first that still holds counts;
        each has its turn."""
        assert name in FAULTS
        self.over.clear()
        self.faults.append(Fault(name, paths, times))

    def mend(self):
        """Take all faults away, and let those go that are kept waiting."""
        self.faults.clear()
        self.over.set()

    def asked(self):
        """The paths asked for since this was called last."""
        log, self.log = self.log, []
        return log

    def met(self, path):
        """The name of the fault that an answer has, None for none."""
        with self._lock:
            self.log.append(path)
            return next((fault.name for fault in self.faults if fault.meets(path)), None)

    def answer(self, path):
        """What is to be said, and the article in it if there is one."""
        answer = self.paper.handle(path)
        address = path.partition("?")[0]
        item = self.paper.items.get(address) if path not in self.paper.others else None
        if item is None or item.answer is not None:
            return answer, None
        return answer, Offered(address, item.title, "\n\n".join(item.paragraphs))

    def __enter__(self):
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.mend()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@cache
def certificate():
    """What a secure server needs, with a certificate for 127.0.0.1 that it signed itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    host = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    signed = builder.add_extension(host, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "certificate.pem"
        file.write_bytes(signed.public_bytes(Encoding.PEM) + private)
        context.load_cert_chain(file)
    return context


class _Server(demo._Server):
    """Takes a secure connection for one, by its first byte."""

    def finish_request(self, request, client_address):
        request.settimeout(30)
        if request.recv(1, socket.MSG_PEEK) != b"\x16":
            super().finish_request(request, client_address)
            return
        with contextlib.suppress(OSError), certificate().wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)


class _Handler(demo._Handler):
    def do_GET(self):
        site = self.server.site
        name = site.met(self.path)
        answer, article = site.answer(self.path)
        if name is None:
            self.write(answer)
            whole = WHOLE
        else:
            whole = FAULTS[name](self, answer)
        if whole and article:
            site.offered.add(article)

    def write(self, answer):
        """An answer as it should be: with its length, and 304 where the reader has it."""
        self.answer = lambda: answer
        demo._Handler.do_GET(self)

    def begin(self, answer, length=None, **headers):
        """The head of an answer, with such a length."""
        self.send_response(answer.status)
        for name, value in {**answer.headers, **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def put(self, data):
        """Some bytes on the wire."""
        self.wfile.write(data)
        self.wfile.flush()
