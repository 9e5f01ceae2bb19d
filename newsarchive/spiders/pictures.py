"""The pictures of articles: asked for when a run's pages are done, recorded like any answer, each once.

Which ones is the frontier's to say. They may lie on other hosts than the site's; :mod:`newsarchive.spiders.manners`
says on which, and asks these for their robots.txt too.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urldefrag

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from newsarchive.archive.frontier import is_picture
from newsarchive.archive.intake import Outcome
from newsarchive.archive.run import CrawlRun
from newsarchive.items import FailedPage, GonePage, PicturePage, Task
from newsarchive.recorder import capture_of
from newsarchive.sites.urls import host_of
from newsarchive.spiders.manners import PICTURE, Unwelcome
from newsarchive.spiders.network import ENDLESS_REDIRECT, network_error, unpacks_to_too_much

BATCH = 8
"""Pictures handed to Scrapy at a time."""
PATIENCE = 5
"""Pictures of one host in a row without an answer, or with a server's error, after which it is left alone."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many bytes a picture may have, and how many pictures a run asks for."""

    maxsize: int
    count: int

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """By the settings NEWSARCHIVE_IMAGE_MAXSIZE and NEWSARCHIVE_IMAGES_PER_RUN. Raises :class:`ValueError`."""
        return cls(_number(settings, "NEWSARCHIVE_IMAGE_MAXSIZE"), _number(settings, "NEWSARCHIVE_IMAGES_PER_RUN"))


def _number(settings: BaseSettings, name: str) -> int:
    value = settings.get(name)
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = 0
    if number < 1:
        raise ValueError(f"{name}: expected a whole number from 1, got {value!r}")
    return number


class PictureRound:
    """The pictures one run asks for. ``of_this_run``: only those of articles that it read."""

    def __init__(self, run: CrawlRun, bounds: Bounds, *, of_this_run: bool = False):
        self.run = run
        self.bounds = bounds
        self.of_this_run = of_this_run
        self._waiting: deque[Task] | None = None
        self._unanswered: Counter[str] = Counter()

    def requests(self) -> list[Request]:
        """The next pictures to ask for; none where the round is over. Raises :class:`sqlite3.Error`."""
        frontier = self.run.frontier
        if self._waiting is None:
            self._waiting = deque(frontier.find_pictures(self.bounds.count, of_this_run=self.of_this_run))
        asked: list[Request] = []
        while self._waiting and len(asked) < BATCH:
            task = self._waiting.popleft()
            if self._unanswered[host_of(task.url)] >= PATIENCE or frontier.settle_picture(task):
                continue
            try:
                asked.append(self._asking(task))
            except ValueError:
                frontier.close(task.url, "unfit")  # no address at all
        return asked

    def _asking(self, task: Task) -> Request:
        meta: dict[str, Any] = {
            PICTURE: True,
            # A picture that is too long or broke off is never handed to the recorder: what is recorded is whole.
            "download_maxsize": self.bounds.maxsize,
            "download_warnsize": 0,
            "download_fail_on_dataloss": True,
            "download_timeout": 30,
            "max_retry_times": 1,
        }
        return Request(
            urldefrag(task.url).url,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"task": task},
            headers={"Accept": "image/*,*/*;q=0.5"},
            meta=meta,
        )

    def parse(self, response: Response, task: Task) -> Iterator[Outcome]:
        """The answer to a picture's address."""
        self._heard(task, silent=response.status >= 500 or response.status == 429)
        assert response.request is not None
        capture = capture_of(response.request)
        if response.status in (404, 410):
            yield GonePage(task, capture, f"HTTP {response.status}")
        elif response.status != 200:
            yield FailedPage(task, "fetch", f"HTTP {response.status}")
        elif not response.body:
            yield FailedPage(task, "fetch", "an empty answer")
        elif capture is not None and not is_picture(capture.media_type):
            yield FailedPage(task, "validate", f"no picture but a page stands there ({capture.media_type})")
        else:
            yield PicturePage(task, capture)

    def failed(self, failure: Failure) -> Iterator[Outcome]:
        """No answer to keep."""
        task: Task = failure.request.cb_kwargs["task"]  # type: ignore[attr-defined]
        longest = f"longer than {self.bounds.maxsize / 2**20:g} MB (NEWSARCHIVE_IMAGE_MAXSIZE)"
        match failure.value:
            case Unwelcome() as unwelcome:
                yield FailedPage(task, unwelcome.stage, str(unwelcome))
            case DownloadCancelledError():
                yield FailedPage(task, "validate", longest)
            case IgnoreRequest() as ignored if unpacks_to_too_much(ignored):
                yield FailedPage(task, "validate", longest)
            case IgnoreRequest():
                yield FailedPage(task, "fetch", ENDLESS_REDIRECT)
            case error:
                self._heard(task, silent=True)
                yield FailedPage(task, "fetch", f"no answer: {network_error(error)}")

    def _heard(self, task: Task, *, silent: bool) -> None:
        host = host_of(task.url)
        self._unanswered[host] = self._unanswered[host] + 1 if silent else 0
