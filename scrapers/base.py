"""The spider of one source: asks politely, reads what is new, and turns everything that goes wrong into a failure."""

import hashlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, ClassVar

import scrapy
from scrapy import signals
from scrapy.http import Request, Response

from scrapers.answer import Answer, Unexpected
from scrapers.failures import status_kind, why
from scrapers.fields import Field, host_of, is_web
from scrapers.notice import Notice
from scrapers.run import Memory, NoMemory, Run, Validator

if TYPE_CHECKING:
    from scrapers.sources import Source

Reader = Callable[[Answer, Run], Iterable[Notice | Request]]

_LONGEST_PAUSE = timedelta(days=1)

logger = logging.getLogger(__name__)


class SourceSpider(scrapy.Spider):
    """Base of the shapes. ``source`` is set on the class that the spider loader makes for each record.

    It is a spider of its own in ``scrapy crawl NAME``; in the service one ``Watch`` asks it for its requests instead.
    """

    source: ClassVar["Source"]
    options: ClassVar[dict[str, Field]] = {}
    """What a record's ``options`` may hold."""
    memory: Memory = NoMemory()
    now: Callable[[], datetime] = staticmethod(lambda: datetime.now(UTC))

    # --- what a shape defines -----------------------------------------------------------------------------------------

    def read(self, answer: Answer, run: Run) -> Iterable[Notice | Request]:
        """The notices of the source's own address, and requests for more (made by ``fetch``). Raises ``Unexpected``."""
        raise TypeError(f"{type(self).__name__} does not say how it reads")

    def article(self, answer: Answer, run: Run) -> Iterable[Notice | Request]:
        """The notices of an address that ``read`` asked for, in a shape whose entries stand elsewhere. Raises ``Unexpected``."""
        raise TypeError(f"{type(self).__name__} reads no articles")

    def requests(self, run: Run) -> Iterable[Request]:
        """How a run begins."""
        for url in self.source.addresses:
            yield from self.fetch(run, url, self.read)

    def fetch(self, run: Run, url: str, reader: Reader, *, conditional: bool = True, **headers: str) -> Iterator[Request]:
        """A request for ``url`` whose complete answer goes to ``reader``; none where the run may not ask.

        With ``conditional`` an address that has nothing new (304, or the same body) is not read at all.
        """
        host, hosts = host_of(url), (self.source.host, *self.source.hosts)
        if host not in hosts:
            run.fail("redirected", url, f"{host} is not a host of this source")
            return
        if not is_web(url):
            run.fail("redirected", url, "no web address: only http and https are asked for")
            return
        if self.source.keyless:
            run.fail("no_key", url, self.source.keyless)
            return
        if not run.may_ask(url):
            return
        known = self.memory.validator(url) if conditional else None
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        if self.source.lang:
            headers["Accept-Language"] = self.source.lang if self.source.lang == "en" else f"{self.source.lang}, en;q=0.5"
        meta: dict[str, Any] = {"hosts": hosts}
        if self.source.headers:
            headers |= {header: os.environ[variable].strip() for header, variable in self.source.headers.items()}
            meta["with_key"] = True
        if self.source.is_ours:
            meta["proxy"] = None  # no proxy of the environment leads to it
        if self.source.timeout is not None:
            meta["download_timeout"] = self.source.timeout.total_seconds()
        run.asked()
        yield Request(
            url,
            callback=self._answered,
            errback=self._failed,
            cb_kwargs={"run": run, "asked": url, "reader": reader, "known": known},
            headers=headers,
            meta=meta,
            dont_filter=True,  # the same addresses, for months
        )

    # --- scrapy crawl -------------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        run = Run(self.source, self.now())
        self.crawler.signals.connect(self._tell, signals.spider_closed)
        self.run = run
        for request in self.begin(run):
            yield request

    def _tell(self) -> None:
        for failure in self.run.failures:
            logger.error("%s: %s %s: %s", self.source.name, failure.kind, failure.url, failure.detail)

    # --- the way of an answer -----------------------------------------------------------------------------------------

    def begin(self, run: Run) -> Iterator[Request]:
        """The first request; the others wait in the run."""
        run.asked()
        try:
            run.waiting.extend(self.requests(run))
            yield from self._next(run)
        finally:
            run.answered()

    def _next(self, run: Run) -> Iterator[Request]:
        if (request := run.next()) is not None:
            yield request

    def _answered(self, response: Response, run: Run, asked: str, reader: Reader, known: Validator | None) -> Iterator[Notice | Request]:
        try:
            run.responses[response.status] += 1
            run.bytes += len(response.body)
            if run.ended.is_set():
                return
            if response.status == 304 and known is not None:
                run.same(asked, known)
            elif response.status == 200:
                yield from self._read(response, run, asked, reader, known)
            elif response.status not in self.source.none:
                self._refused(response, run, asked)
            yield from self._next(run)
        finally:
            run.answered()

    def _read(self, response: Response, run: Run, asked: str, reader: Reader, known: Validator | None) -> Iterator[Notice | Request]:
        body_hash = hashlib.sha256(response.body).hexdigest()[:32]
        state = Validator(_header(response, "ETag"), _header(response, "Last-Modified"), body_hash)
        if known is not None and known.body_hash == body_hash:
            run.same(asked, state)
            return
        answer = Answer(response.url, response.body, _header(response, "Content-Type"), asked)
        empty = True
        try:
            for found in reader(answer, run):
                empty = False
                if isinstance(found, Request):
                    run.waiting.append(found)
                    continue
                run.entries += asked in self.source.addresses
                if not self._wanted(found):
                    run.left_out += 1
                elif run.yielded(found):
                    yield found
        except Unexpected as unexpected:
            blocked = unexpected.kind == "not_expected" and answer.is_challenge
            run.fail("blocked" if blocked else unexpected.kind, asked, unexpected.detail)
        except Exception as error:
            logger.exception("%s: %s cannot be read", self.source.name, asked)
            run.fail("parse_error", asked, f"{type(error).__name__}: {error}")
        else:
            # An answer without entries is not remembered: "not modified" would make it look well the next time.
            if not empty or self.source.empty_ok:
                run.validators[asked] = state

    def _wanted(self, notice: Notice) -> bool:
        only = self.source.only
        return not only or any(pattern.search(f"{notice.title}\n{notice.text or notice.html}") for pattern in only)

    def _refused(self, response: Response, run: Run, asked: str) -> None:
        kind = status_kind(response.status)
        if kind == "http_error" and Answer(response.url, response.body).is_challenge:
            kind = "blocked"
        run.fail(kind, asked, f"status {response.status}")
        pause = retry_after(_header(response, "Retry-After"), self.now())
        if pause is not None and (run.retry_after is None or pause > run.retry_after):
            run.retry_after = pause
        if response.status == 429 or (pause is not None and pause > self.now()):
            run.leave_off()

    def _failed(self, failure: Any) -> Iterator[Request]:
        about = failure.request.cb_kwargs
        run: Run = about["run"]
        try:
            if not run.ended.is_set():
                kind, detail = why(failure.value)
                run.fail(kind, about["asked"], detail)
                yield from self._next(run)
        finally:
            run.answered()


def retry_after(header: str, now: datetime) -> datetime | None:
    """The moment that a Retry-After header names, in seconds or as a date; a day ahead at most, None where it names none."""
    header = header.strip()
    if header.isascii() and header.isdigit():
        return now + min(timedelta(seconds=int(header[:9])), _LONGEST_PAUSE)
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):  # the second: of an hour with fifteen digits
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(moment.astimezone(UTC), now + _LONGEST_PAUSE) if moment > now else None


def _header(response: Response, name: str) -> str:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else ""
