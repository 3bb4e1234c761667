"""The service: every source at its own interval, in one process, for months.

APScheduler decides when a source is due, Scrapy (``scrapers.watch``) fetches it, ``pipelines`` stores what it says and
flags what is new. ``python scheduler.py`` and ``groundstop`` are the same commands.
"""

import asyncio
import logging
import os
import signal
import socket
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines import commands as reading
from pipelines.commands import clock, clock_option, database_option, explained, json_option, show
from pipelines.logs import log_to_stderr
from pipelines.printing import printable
from pipelines.upkeep import COMMANDS as UPKEEP
from pipelines.upkeep import days_option, mib_option
from scrapers import adding
from scrapers import commands as fetching
from scrapers.commands import asked_extractor, chosen, delayed, sources_option
from scrapers.doctor import doctor

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler
    from systemd_watchdog import WatchDog

    from pipelines.freshness import Heat
    from pipelines.storage.store import Store, StoreError
    from pipelines.storage.upkeep import Keep
    from scrapers.sources import Source
    from scrapers.watch import Crawl

VERSION = "0.1.0"
RUNS_AT_ONCE = 24
"""Sources in flight in the whole service: few answers wait on us, most wait on a slow site."""
BEAT = timedelta(seconds=20)
"""How often the service writes that it lives; ``status`` calls it dead when a few beats are missing."""
TIDIED = {"hour": 3, "minute": 30}
"""When old texts are emptied each day, UTC: little is published then."""
LONGEST_PAUSE = timedelta(days=1)
"""More is never taken from a Retry-After (``scrapers.base``)."""
LOOK = 5.0
"""Seconds between two looks at whether the clock was set back."""
SET_BACK = timedelta(seconds=2)
"""Less is how clocks are kept right."""
REPEATED = 3600.0
"""Seconds after which trouble with the database that lasts is told again: each heartbeat and each run meets it."""
SETTLED = timedelta(hours=1)
"""After its start the service also tidies: a machine that sleeps at night, or is started each morning, never sees half past three."""
AGAIN = timedelta(minutes=1)
"""After how long a source is asked again whose run the database did not take, where its own interval is longer."""
JITTER = 0.1
"""Share of a source's interval by which a run may come early or late, so that sources do not fall into step."""

log = logging.getLogger("groundstop")


class Service:
    """Runs sources: never one twice at once, one at a time for each host, some number in all."""

    def __init__(
        self,
        store: "Store",
        crawl: "Crawl",
        sources: Mapping[str, "Source"],
        now: Callable[[], datetime],
        stopping: asyncio.Event,
        keep: "Keep",
    ) -> None:
        self.store = store
        self.crawl = crawl
        self.sources = sources
        self.now = now
        self.places = asyncio.Semaphore(RUNS_AT_ONCE)
        self.hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.not_before: dict[str, datetime] = {}
        """By host: what its Retry-After asked for."""
        self.stopping = stopping
        self.day: date | None = None
        self.hot: dict[str, Heat] = {}
        """The countries that several operators have just left, by code."""
        self.scheduler: AsyncIOScheduler | None = None
        self.keep = keep
        self.troubles: dict[str, tuple[str, float]] = {}
        """What the database did not take, with why, and when the log was told (``time.monotonic``)."""
        self.polled = [source for source in sources.values() if not source.keyless]
        self.watching = f"watching {len(self.polled)} source{'' if len(self.polled) == 1 else 's'}"
        self.failure: str | None = None
        """Why the service stops though nobody told it to."""

    async def poll(self, source: "Source") -> dict[str, Any]:
        """One run of one source, from the request to the flags. Gives what the log says of it: the verdict "not run" where none was."""
        from pipelines.storage.database import StoreError

        if source.keyless:
            return _told(source, "not run", source.keyless)

        async with self.hosts[source.host], self.places:
            if self.stopping.is_set():
                return _told(source, "not run", "the service stops")
            if self.pause(source):
                until = self.not_before[source.host]
                return _told(source, "not run", f"{source.host} asked not to be asked again before {until:%Y-%m-%d %H:%M:%S} UTC")
            try:
                told = await self._run(source)
                self.troubles.pop(source.name, None)
                return told
            except StoreError as error:
                return _told(source, "not stored", self.trouble(source.name, error))

    async def _run(self, source: "Source") -> dict[str, Any]:
        """Raises StoreError; what was read by then is stored, and the source is due again as if it had not run."""
        run_id = self.store.begin_run(source)
        run = await self.crawl.run(source)
        if run.retry_after:
            self.not_before[source.host] = run.retry_after
        progress = self.store.progress(run_id)
        try:
            judged = self.store.end_run(run_id, run)
        except BaseException:
            self.store.forget_run(run_id)
            raise
        counts = {"new": progress.outcomes["new"], "changed": progress.outcomes["changed"], "flags": progress.flags}
        told = _told(source, judged.name, judged.said, notices=run.items, **counts)
        level = logging.INFO if judged.success or judged.name == "interrupted" else logging.WARNING
        log.log(level, "%s: %s%s", source.name, judged.said, _counted(told), extra={"data": told})
        self.tell()
        self.turn_of_day()
        self.pace(source)
        if progress.flags:
            self.heat()
        return told

    def pause(self, source: "Source") -> timedelta | None:
        """How long the source's host still wants to be left alone; None where it does not."""
        until, now = self.not_before.get(source.host), self.now()
        return until - now if until and now < until <= now + LONGEST_PAUSE else None  # further off: the clock was set back

    def pace(self, source: "Source") -> timedelta:
        """How often the source is asked from now on; a change is told, and the service keeps to it. Raises StoreError."""
        decided, before = self.store.pace(source, self.hot)
        if before is not None:
            words = {"source": source.name, "interval": decided.interval.total_seconds(), "why": decided.why}
            log.info("%s: asked every %s now, not %s: %s", source.name, decided.interval, before, decided.why, extra={"data": words})
            if self.scheduler and self.scheduler.get_job(source.name):
                self.scheduler.reschedule_job(source.name, **_every(decided.interval))
        return decided.interval

    def heat(self) -> None:
        """What a crisis begins or ends for every source that it concerns. Raises StoreError."""
        if (hot := self.store.hot()) != self.hot:
            self.hot = hot
            for source in self.sources.values():
                self.pace(source)

    def tell(self) -> None:
        """What nobody has been told goes to the log, at least once, and is marked told after it is."""
        while flags := self.store.untold():
            for flag in flags:
                words = {name: flag[name] for name in ("flag", "what", "evidence", "url", "stated_by")}
                log.warning("%s: %s", flag["flag"].upper(), flag["what"], extra={"data": words})
            self.store.mark_told(flag["flag_id"] for flag in flags)

    def turn_of_day(self) -> None:
        """What has passed its last day expires, once a day."""
        today = self.now().date()
        if today != self.day:
            self.day = today
            if self.store.expire(today):
                self.tell()

    async def beat(self, watchdog: "WatchDog") -> None:
        """Says that all is well: to the database, and to systemd only if the database took it. A coroutine, so that it runs in the loop's
        thread, to which the database is bound."""
        from pipelines.storage.database import StoreError

        if not self.crawl.alive:
            self.give_up("the crawl has ended by itself; start the service again")
        try:
            self.store.heartbeat(datetime.now(UTC), VERSION)
            self.turn_of_day()
            self.heat()
        except StoreError as error:
            said = self.trouble("no heartbeat", error)
            with suppress(OSError):  # whoever listened is gone
                watchdog.status(f"no heartbeat: {printable(said)}")
        else:
            over = self.troubles.pop("no heartbeat", None)
            with suppress(OSError):
                watchdog.notify()  # not ping(): it looks at the clock, which may be set back
                if over:
                    watchdog.status(self.watching)

    async def keep_time(self, scheduler: "AsyncIOScheduler") -> None:
        """Notices when the machine's clock is set back: every job, the heartbeat too, would wait for as long as it was set back by.

        A clock that goes forward, or a machine that slept, needs nothing: what is overdue runs, once.
        """
        ahead = time.time() - time.monotonic()
        while True:
            await asyncio.sleep(LOOK)
            before, ahead = ahead, time.time() - time.monotonic()
            step = timedelta(seconds=ahead - before)
            if -step > SET_BACK:
                log.warning("the clock was set back by %s: everything is due as much earlier", -step)
                for job in scheduler.get_jobs():
                    scheduler.modify_job(job.id, next_run_time=job.next_run_time + step)

    def trouble(self, what: str, error: "StoreError") -> str:
        """Tells what the database did not take, and why; where that lasts until a person does something, the service stops."""
        said, now = f"{error}. {error.remedy}", time.monotonic()
        before, told_at = self.troubles.get(what, ("", now))
        if said != before or now - told_at > REPEATED:
            log.error("%s: %s", what, said)
            self.troubles[what] = said, now
        if error.lasting:
            self.give_up(said)
        return said

    def give_up(self, why: str) -> None:
        """Stop, with an exit code that tells whoever supervises."""
        if self.failure is None:
            log.error("the service stops: %s", why)
            self.failure = why
            self.stopping.set()

    async def tidy(self) -> None:
        """Once a day, in steps, between which everything else goes on."""
        from pipelines.storage.database import StoreError

        try:
            for step in self.store.tidy(self.keep):  # there is one, whatever there is to do
                done = step
                await asyncio.sleep(0)
                if self.stopping.is_set():
                    return
            log.info("tidied: %s", done)
        except StoreError as error:
            self.trouble("not tidied", error)

    async def serve(self) -> None:
        """Until ``stopping`` is set. Jobs live in memory: when each is due follows from the runs that the database holds."""
        from apscheduler.schedulers.asyncio import AsyncIOScheduler  # not at the top: `extract` must start at once
        from systemd_watchdog import WatchDog

        telling = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        telling.setblocking(False)  # nothing here waits for whoever should listen
        watchdog = WatchDog(telling)
        scheduler = AsyncIOScheduler(
            timezone=UTC,
            # A job that comes late is run late, and once: nothing here is worth dropping.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        # The scheduler lives by the machine's clock, the database by `now`, which a replay sets: hence intervals, not times.
        last = self.store.last_runs()
        for source in self.sources.values():
            if source.keyless:
                log.warning("%s: %s", source.name, source.keyless)
        self.hot = self.store.hot()
        for source in self.polled:
            interval = self.pace(source)
            wait = last[source.name] + interval - self.now() if source.name in last else timedelta(0)
            # The most overdue come first, by microseconds: the scheduler counts through every run that was missed before it runs one.
            first = datetime.now(UTC) + (min(wait, interval) if wait > timedelta(0) else wait / 1_000_000)
            scheduler.add_job(self._job, args=(scheduler, source), id=source.name, next_run_time=first, **_every(interval))
        self.scheduler = scheduler
        beat = min(BEAT, watchdog.timeout_td / 3)
        scheduler.add_job(self.beat, "interval", (watchdog,), seconds=beat.total_seconds(), next_run_time=datetime.now(UTC))
        scheduler.add_job(self.tidy, "cron", **TIDIED, next_run_time=datetime.now(UTC) + SETTLED)
        scheduler.start()
        keeping_time = asyncio.create_task(self.keep_time(scheduler))
        with suppress(OSError):
            watchdog.ready()
            watchdog.status(self.watching)
        log.info("%s", self.watching)
        try:
            await self.stopping.wait()
        finally:
            with suppress(OSError):  # one message of two assignments: the package has no word for the second
                watchdog.status(f"{printable(self.failure or 'stopping')}\nSTOPPING=1")
            keeping_time.cancel()
            scheduler.pause()  # before the crawl: its shutdown() would cancel the runs that are being stored
            await self.crawl.stop()
            while any(lock.locked() for lock in self.hosts.values()):
                await asyncio.sleep(0.01)
            scheduler.shutdown(wait=False)
            try:
                self.store.end_service(datetime.now(UTC))
            finally:
                log.info("stopped")

    async def _job(self, scheduler: "AsyncIOScheduler", source: "Source") -> None:
        if self.stopping.is_set():
            return
        stored = bool(self.pause(source)) or (await self.poll(source))["verdict"] != "not stored"
        if self.stopping.is_set():
            return
        if not stored:
            soon = datetime.now(UTC) + AGAIN
            scheduler.modify_job(source.name, next_run_time=min(soon, scheduler.get_job(source.name).next_run_time))
        if pause := self.pause(source):
            later = datetime.now(UTC) + pause
            scheduler.modify_job(source.name, next_run_time=max(later, scheduler.get_job(source.name).next_run_time))


def _every(interval: timedelta) -> dict[str, Any]:
    """What the scheduler wants to know of an interval."""
    seconds = interval.total_seconds()
    return {"trigger": "interval", "seconds": seconds, "jitter": seconds * JITTER}


def _told(source: "Source", verdict: str, said: str, notices: int = 0, new: int = 0, changed: int = 0, flags: int = 0) -> dict[str, Any]:
    """What the log and ``once`` say of a run."""
    counts = {"notices": notices, "new": new, "changed": changed, "flags": flags}
    return {"source": source.name, "verdict": verdict, "said": said, **counts}


def _counted(told: Mapping[str, Any]) -> str:
    counts = [f"{told[name]} {name}" for name in ("new", "changed", "flags") if told[name]]
    return f" ({', '.join(counts)})" if counts else ""


@asynccontextmanager
async def opened(
    path: Path, sources: Mapping[str, "Source"], now: Callable[[], datetime], watch: bool, serve: bool = False, keep: "Keep | None" = None
) -> AsyncIterator[Service]:
    """The database and the crawl, open; SIGTERM and SIGINT set ``stopping``, also while they open.

    With ``watch`` these are all the sources that are watched; with ``serve`` this is the one service of the database. Raises StoreError.
    """
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)

    from pipelines.storage.database import examine
    from pipelines.storage.store import Store  # with Scrapy: not at the top
    from pipelines.storage.upkeep import Keep
    from pipelines.understanding import reading_version
    from scrapers.watch import Crawl

    settings = delayed()
    recorder = "pipelines.recorder.Recorder"
    if serve:
        examine(path)
    asked = asked_extractor()
    if asked is None:
        store = Store(path, now)
    else:
        recorder = "pipelines.asked.recorder.AskingRecorder"
        settings["CONCURRENT_ITEMS"] = asked.endpoint.at_once  # one notice does not wait for another's answer
        store = Store(path, now, extractor=asked, reading=reading_version(asked.endpoint.model))
    try:
        if serve:
            store.heartbeat(datetime.now(UTC), VERSION)
        if watch:
            store.watch(sources)
        crawl = Crawl(
            store=store,
            memory=store,
            now=now,
            pipelines={recorder: 300},
            settings=settings,
        )
        await crawl.start()
        yield Service(store, crawl, sources, now, stopping, keep or Keep())
    finally:
        store.close()


async def one_round(service: Service, report: Callable[[dict[str, Any]], None]) -> list[dict[str, Any]]:
    """Every source once, now; ``report`` hears of each as it ends. A stop ends the round early with what there is."""

    async def one(source: "Source") -> dict[str, Any]:
        told = await service.poll(source)
        report(told)
        return told

    async def stopped() -> None:
        await service.stopping.wait()
        await service.crawl.stop()

    stop = asyncio.create_task(stopped())
    polls = [asyncio.create_task(one(source)) for source in service.sources.values()]
    rows = [await poll for poll in polls]
    service.stopping.set()
    await stop
    return rows


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, prog_name="groundstop")
@click.pass_context
def main(context: click.Context) -> None:
    """Watches the places that say flights and tours were suspended, diverted or resumed, and flags each in one SQLite file.

    \b
    groundstop demo               a recorded crisis, replayed in a minute or two
    groundstop once               read every source now
    groundstop run                the service: every source at its interval, until stopped
    groundstop flags              what is new
    groundstop suspensions VE     what is stopped to Venezuela
    """
    context.obj = asked_extractor  # `extract` may ask a model, and lives where nothing knows of the network


@main.command()
@database_option
@sources_option
@clock_option
@days_option
@mib_option
@click.option("--log-json", is_flag=True, help="Log JSON lines.")
@explained
def run(path: Path, records: Sequence[Path], clock_file: Path | None, keep_days: int, keep_mib: int, log_json: bool) -> None:
    """Watch every source at its own interval until stopped.

    Logs a line for each run and each flag to standard error. SIGTERM and Ctrl-C end it within seconds, with exit code 0; what was read
    by then is stored. Started again after a pause, it begins with the sources that are most overdue. The records are read at the start:
    start it again to have them read again. A database has one service; `groundstop once` may run beside it. Under systemd it answers the
    watchdog. Exit code 1 where it stops though nobody told it to.
    """
    from pipelines.storage.upkeep import Keep

    sources = chosen(records)
    log_to_stderr(log_json)
    if not os.environ.get("GROUNDSTOP_CONTACT"):
        log.warning("GROUNDSTOP_CONTACT is not set: whoever runs a site that is read cannot reach you. Set it to a mail address or a page")

    async def serve() -> None:
        async with opened(path, sources, clock(clock_file), watch=True, serve=True, keep=Keep(keep_days, keep_mib)) as service:
            await service.serve()
        if service.failure:
            raise click.ClickException(service.failure)

    asyncio.run(serve())


@main.command()
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@database_option
@sources_option
@clock_option
@json_option
@click.option("-v", "--verbose", is_flag=True, help="Log each run and each flag as it comes.")
@explained
def once(names: Sequence[str], path: Path, records: Sequence[Path], clock_file: Path | None, as_json: bool, verbose: bool) -> None:
    """Read every source now, or just those that are named, and say what came of it.

    For cron, and for trying a source. Exit code 1 when every source failed.
    """
    from pipelines.verdict import SUCCESSES

    sources = chosen(records, names)
    log_to_stderr(False, logging.INFO if verbose else logging.ERROR)

    async def read() -> list[dict[str, Any]]:
        with click.progressbar(length=len(sources), label="reading", file=sys.stderr, hidden=not sys.stderr.isatty() or verbose) as bar:
            async with opened(path, sources, clock(clock_file), watch=not names) as service:
                return await one_round(service, lambda told: bar.update(1))

    rows = asyncio.run(read())
    columns = ("source", "verdict", "notices", "new", "changed", "flags", "said")
    show(rows, dict(zip(columns, columns, strict=True)), as_json)
    if rows and not any(row["verdict"] in SUCCESSES for row in rows):
        sys.exit(1)


fetching.sources.add_command(adding.check)
for command in (*reading.COMMANDS, *UPKEEP, doctor, adding.capture, *fetching.COMMANDS):
    main.add_command(command)

if __name__ == "__main__":
    main()
