"""What went wrong on the way to an answer, in a person's words; how long a busy site asks to wait."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response

ENDLESS_REDIRECT = "redirected again and again, without an end"
_UNTRUSTED = "its certificate cannot be trusted (expired, of another host, or of an unknown authority)"


def network_error(error: BaseException | None) -> str:
    """A network failure as half a sentence."""
    match error:
        case CannotResolveHostError():
            return "no such host"
        case DownloadConnectionRefusedError():
            return "connection refused"
        case DownloadTimeoutError():
            return "timed out"
        case DownloadCancelledError():
            return "the answer was too long"
        case ResponseDataLossError():
            return "the answer broke off before its end"
    detail = str(error)
    # Twisted's reasons stand in the text only.
    reasons = {
        "certificate": _UNTRUSTED,
        "VerificationError": _UNTRUSTED,
        "SSL": "no secure connection could be made",
        "ParseError": "its answer is not HTTP",
        "ConnectionLost": "connection closed without an answer",
        "ConnectionDone": "connection closed without an answer",
    }
    known = next((words for sign, words in reasons.items() if sign in detail), None)
    return known or f"{type(error).__name__} {detail}"[:200]


def unpacks_to_too_much(error: BaseException) -> bool:
    """True where Scrapy ignored an answer because it unpacks to more than is read: only its text says so."""
    return "DOWNLOAD_MAXSIZE" in str(error)


def asked_to_wait(response: Response) -> float:
    """The seconds that an answer asks to wait before the next request (RFC 9110 §10.2.3), 0 where it does not."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        seconds: float = (parsedate_to_datetime(value).astimezone(UTC) - datetime.now(UTC)).total_seconds()
        return max(0.0, seconds)
    except (ValueError, OverflowError):
        return 0.0
