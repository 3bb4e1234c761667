"""groundstop as the benchmarks run it: the service's own parts, in a process of its own."""

import asyncio
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from pipelines.storage.store import Store
from scheduler import Service, opened
from scrapers.sources import load
from tests.bench.measure import result, rss_mib
from tests.bench.site import address

FEED = """[[source]]
name = "feed-{number}"
title = "Feed {number}"
kind = "press"
shape = "feed"
url = "{host}/feed/{number}/{count}.xml"
every = "1h"
"""
LISTING = """[[source]]
name = "list-{number}"
title = "List {number}"
kind = "press"
shape = "listing"
url = "{host}/list/{number}/{count}"
every = "1h"
options.link = "li a"
options.title = "h1"
options.text = "article .text"
options.published = "time::attr(datetime)"
"""


def records(folder: Path, record: str, sources: int, count: int, port: int) -> dict:
    """``sources`` sources of ``count`` notices each."""
    file = folder / "sources.toml"
    file.write_text("\n".join(record.format(number=number, host=address(number, port), count=count) for number in range(sources)))
    return load([file])


async def rounds(service: Service, number: int) -> list[dict]:
    """Some rounds of all sources; what the last one said."""
    said: list[dict] = []
    for _ in range(number):
        said = await asyncio.gather(*(service.poll(source) for source in service.sources.values()))
    return said


def now() -> datetime:
    return datetime.now(UTC)


async def polls(folder: Path, port: int) -> str:
    """300 feeds that have nothing new, each asked once."""
    async with opened(folder / "bench.db", records(folder, FEED, 300, 10, port), now, watch=True) as service:
        await rounds(service, 1)
        wall, cpu = perf_counter(), process_time()
        said = await rounds(service, 1)
        wall, cpu = perf_counter() - wall, process_time() - cpu
        await service.crawl.stop()
    assert {row["verdict"] for row in said} == {"unchanged"}, said
    return result(wall=wall, cpu=cpu, pages=300)


async def ingest(folder: Path, port: int) -> str:
    """5,000 new notices, each an article of its own, from the request to the flag."""
    async with opened(folder / "bench.db", records(folder, LISTING, 200, 25, port), now, watch=True) as service:
        wall, cpu = perf_counter(), process_time()
        said = await rounds(service, 1)
        wall, cpu = perf_counter() - wall, process_time() - cpu
        await service.crawl.stop()
    assert sum(row["new"] for row in said) == 5000, said
    return result(wall=wall, cpu=cpu, pages=5000, flags=sum(row["flags"] for row in said))


async def memory(folder: Path, port: int) -> str:
    """Resident memory after 200 runs and after 2,000."""
    async with opened(folder / "bench.db", records(folder, FEED, 50, 10, port), now, watch=True) as service:
        await rounds(service, 4)
        early = rss_mib()
        await rounds(service, 36)
        late = rss_mib()
        await service.crawl.stop()
    return result(early=early, late=late)


async def round_over(folder: Path, port: int, notices: int) -> str:
    """A round of 40 feeds with 10 new notices each, in a database that holds ``notices`` already."""
    sources = records(folder, FEED, 40, 10, port)
    async with opened(folder / "bench.db", sources, now, watch=True) as service:
        fill(service.store, notices)
        wall, cpu = perf_counter(), process_time()
        said = await rounds(service, 1)
        wall, cpu = perf_counter() - wall, process_time() - cpu
        await service.crawl.stop()
    assert sum(row["new"] for row in said) == 400, said
    return result(wall=wall, cpu=cpu, pages=40)


def fill(store: Store, notices: int) -> None:
    """Old notices of the first source, with a version and an event each, as years of work would leave them."""
    connection = store.database.conn
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT OR IGNORE INTO operators (code, name) VALUES ('KL', 'KLM')")
    connection.execute("INSERT OR IGNORE INTO places (code, name, country) VALUES ('CCS', 'Caracas', 'VE')")
    before = "2024-01-01T00:00:00Z"
    numbers = f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {notices}) "
    for statement in (
        "INSERT INTO notices (id, source, key, url, title, published, published_how, first_seen, last_seen, hash)"
        f" {numbers} SELECT i, 'feed-0', 'old-' || i, 'https://old.example/' || i, 'An old notice', :before, 'stated', :before, :before,"
        " printf('%032x', i) FROM n",
        "INSERT INTO versions (id, notice_id, number, seen_at, hash, title, text)"
        f" {numbers} SELECT i, i, 1, :before, printf('%032x', i), 'An old notice', 'KLM suspended its flights to Caracas.' FROM n",
        "INSERT INTO events (id, notice_id, version_id, last_version_id, kind, operator, effective_to, stated_at, seen_at)"
        f" {numbers} SELECT i, i, i, i, 'suspension', 'KL', '2024-02-01', :before, :before FROM n",
        f"INSERT INTO event_places (event_id, role, place, country) {numbers} SELECT i, 'destination', 'CCS', 'VE' FROM n",
    ):
        connection.execute(statement, {"before": before})
    connection.execute("COMMIT")


if __name__ == "__main__":
    os.environ["GROUNDSTOP_DELAY"] = "0"  # the baseline does not wait either
    what, *arguments = sys.argv[1:]
    benchmark = {"polls": polls, "ingest": ingest, "memory": memory, "round": round_over}[what]
    with tempfile.TemporaryDirectory(prefix="groundstop-bench-") as temporary:
        print(asyncio.run(benchmark(Path(temporary), *map(int, arguments))))
