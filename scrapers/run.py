"""One run of one source: what was asked, what came back, what went wrong, and when it is over."""

import asyncio
from collections import Counter, deque
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from scrapers.notice import Notice
    from scrapers.sources import Source

FAILURES = {
    "unreachable": "no connection, or it broke off",
    "timeout": "no complete answer in time",
    "tls": "the certificate or the encryption is not acceptable",
    "dns": "the host has no (public) address",
    "blocked": "refused: 401, 403, 429, 451, or a challenge instead of the page",
    "gone": "404 or 410",
    "http_error": "another answer that is none, 5xx for the most part",
    "too_big": "more bytes than we take",
    "robots": "forbidden by robots.txt",
    "redirected": "led to another host, or around in circles",
    "not_expected": "an answer of another kind: a page for a feed, a shell without content",
    "parse_error": "an answer of the right kind that cannot be read",
    "no_key": "a key that the source wants is not set",
    "expired": "the run had no time, requests or items left",
}


class Failure(NamedTuple):
    kind: str
    """A key of ``FAILURES``."""
    url: str
    detail: str


class Validator(NamedTuple):
    """What identifies the state in which an address was last read."""

    etag: str
    last_modified: str
    body_hash: str


class Memory(Protocol):
    """What a spider may know of earlier runs."""

    def validator(self, url: str) -> Validator | None:
        """As a run's ``validators`` told it, when the run was stored."""

    def fetched(self, url: str) -> datetime | None:
        """When that was, in UTC."""


class NoMemory:
    """Every run is the first: for ``scrapy crawl``."""

    def validator(self, url: str) -> Validator | None:
        return None

    def fetched(self, url: str) -> datetime | None:
        return None


class Run:
    """The tally. It is over when no request is under way and every notice is stored (or lost): ``ended`` is set then.

    A run asks for one page at a time: what else it wants waits in ``waiting``. So a long list never keeps the others
    from their turn, and a stop waits for one answer at most.
    """

    def __init__(self, source: "Source", started: datetime, *, seconds: float = 600, requests: int = 100, items: int = 1000) -> None:
        """``seconds``, ``requests`` and ``items`` are limits; what goes beyond is a failure of the kind "expired"."""
        self.source = source
        self.started = started
        self.requests = 0
        self.responses: Counter[int] = Counter()
        """By status."""
        self.bytes = 0
        self.entries = 0
        """Entries that the source's pages hold, read again or not: what ``source.items`` is held against."""
        self.left_out = 0
        """Entries that the record does not want (``only``)."""
        self.items = 0
        """Notices handed to the pipelines."""
        self.settled = 0
        self.lost = 0
        """Settled without being stored: dropped, or the pipelines failed."""
        self.duplicates = 0
        """Entries with a key that this run already had, left out."""
        self.unchanged = 0
        """Addresses that had nothing new: 304, or the very same body."""
        self.lists_unchanged = 0
        """Of these, the source's own: their entries are not among ``entries``."""
        self.failures: list[Failure] = []
        self.validators: dict[str, Validator] = {}
        """To be kept by the store, for the addresses that were read to the end or found unchanged."""
        self.retry_after: datetime | None = None
        """Before this moment the host does not want to be asked again."""
        self.interrupted = False
        """Ended by a stop of the service, not by itself."""
        self.ended = asyncio.Event()
        self.waiting: deque[Any] = deque()
        self._pending = 0
        self._keys: set[str] = set()
        self._unsettled: dict[int, Notice] = {}
        self._deadline = monotonic() + seconds
        self._requests_left = requests
        self._items_left = items

    def fail(self, kind: str, url: str, detail: str) -> None:
        assert kind in FAILURES, kind
        self.failures.append(Failure(kind, url, " ".join(detail.split())[:300]))

    def same(self, url: str, state: Validator) -> None:
        """The address has nothing new."""
        self.unchanged += 1
        self.lists_unchanged += url in self.source.addresses
        self.validators[url] = state

    # --- requests -----------------------------------------------------------------------------------------------------

    def may_ask(self, url: str) -> bool:
        """Whether one more request is within the run's limits; where it is not, that is a failure."""
        if not self._requests_left:
            self._expire(url, "too many requests in one run")
            return False
        self._requests_left -= 1
        return True

    def next(self) -> Any:
        """The next of the requests that wait, None where none does or the run's time is over."""
        if self.waiting and monotonic() > self._deadline:
            self._expire(self.source.url, f"{len(self.waiting)} requests were left when the run's time was over")
        if self.interrupted or monotonic() > self._deadline:
            self._drop_waiting()
        if not self.waiting:
            return None
        self.requests += 1
        return self.waiting.popleft()

    def asked(self) -> None:
        """One more request is under way or waits its turn."""
        self._pending += 1

    def answered(self) -> None:
        """One request is done with, whatever came of it."""
        self._pending -= 1
        self._end_if_over()

    # --- notices ------------------------------------------------------------------------------------------------------

    def yielded(self, notice: "Notice") -> bool:
        """Registers a notice; False where it is to be left out: a key seen before in this run, or too many."""
        if notice.key in self._keys:
            self.duplicates += 1
            return False
        if self.items >= self._items_left:
            self._expire(notice.url, "too many notices in one run")
            return False
        self._keys.add(notice.key)
        self._unsettled[id(notice)] = notice
        self.items += 1
        return True

    def settle(self, notice: "Notice", stored: bool = True) -> None:
        """The pipelines are done with ``notice``. May be said twice; the first counts."""
        if self._unsettled.pop(id(notice), None) is None:
            return
        self.settled += 1
        self.lost += not stored
        self._end_if_over()

    # --- end ----------------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Nothing more is asked for; the run ends, interrupted, when what is under way is through."""
        if not self.ended.is_set():
            self.interrupted = True
            self._drop_waiting()
            self._end_if_over()

    def interrupt(self) -> None:
        """Ends the run as it stands, interrupted; one that has ended stays as it is."""
        if not self.ended.is_set():
            self.interrupted = True
            self.ended.set()

    def give_up(self) -> None:
        """Ends the run as it stands, with a failure: something that was under way has never come back."""
        self._expire(self.source.url, "the run did not end by itself")
        self.ended.set()

    def _expire(self, url: str, detail: str) -> None:
        if not any(failure.kind == "expired" for failure in self.failures):
            self.fail("expired", url, detail)

    def leave_off(self) -> None:
        """The server wants to be left alone: what waits is left for a later run."""
        self._drop_waiting()

    def _drop_waiting(self) -> None:
        self._pending -= len(self.waiting)
        self.waiting.clear()

    def _end_if_over(self) -> None:
        if not self._pending and not self._unsettled and not self.ended.is_set():
            if self.lost:
                self.validators.clear()  # what was not stored has to be read again, changed or not
            self.ended.set()
