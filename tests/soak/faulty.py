"""A newsstand that goes wrong on the wire, and the whole chain that reads it: real HTTP, real Scrapy, a real file."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.storage.store import Store
from pipelines.verdict import Verdict
from scrapers.run import Run
from scrapers.sources import Source, load
from scrapers.watch import Crawl
from tests.loopback import Site, serving
from tests.publisher import Clock
from tests.soak.figures import Figures

START = datetime(2025, 12, 1, 6, tzinfo=UTC)
RECORD = """
[[source]]
name = "stand"
title = "The Stand"
kind = "press"
lang = "en"
shape = "{shape}"
url = "{url}"
every = "20m"
{more}
"""
QUIET = "Hotels at the harbour are full this autumn, and the museum opens in the evening."
CALM = ("calm", "Autumn fares", QUIET, "Sat, 29 Nov 2025 10:00:00 GMT")
TAP = "TAP Air Portugal has suspended its flights to Caracas until 20 December."
FIRST = ("one", "TAP stops Caracas", TAP, "Mon, 01 Dec 2025 06:00:00 GMT")
SECOND = ("two", "KLM stops Beirut", "KLM has suspended its flights to Beirut until 24 December.", "Mon, 01 Dec 2025 09:00:00 GMT")
Item = tuple[str, str, str, str]
"""Key, title, text, publication time."""


def feed(*items: Item, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    listed = "".join(
        f"<item><guid isPermaLink='false'>{key}</guid><title>{title}</title><link>http://stand.example/{key}</link>"
        f"<description>{text}</description><pubDate>{published}</pubDate></item>\n"
        for key, title, text, published in items
    )
    return f'{head}<rss version="2.0"><channel><title>The Stand</title>\n{listed}</channel></rss>'


Wire = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""Writes whatever it likes to a client, then the connection is closed."""


@dataclass
class Wires:
    """A server that answers each path with a ``Wire``, and counts what it could send."""

    paths: dict[str, Wire] = field(default_factory=dict)
    port: int = 0
    scheme: str = "http"
    sent: int = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            path = request.split(b" ")[1].decode("latin-1")
            if path == "/robots.txt":
                writer.write(b"HTTP/1.1 404 -\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
            else:
                await self.paths[path](writer)
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def wires(tls: ssl.SSLContext | None = None) -> AsyncIterator[Wires]:
    served = Wires(scheme="https" if tls else "http")
    server = await asyncio.start_server(served.answer, "127.0.0.1", 0, ssl=tls)
    served.port = server.sockets[0].getsockname()[1]
    try:
        yield served
    finally:
        server.close()


def reset(writer: asyncio.StreamWriter) -> None:
    """RST instead of FIN."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Stand:
    """One source, the site it is read from, and the clock. ``poll`` is one run, twenty minutes after the one before."""

    def __init__(self, folder: Path, site: Site, clock: Clock, store: Store, crawl: Crawl) -> None:
        self.folder, self.site, self.clock, self.store, self.crawl = folder, site, clock, store, crawl
        self.last: Run

    def source(self, url: str, shape: str = "feed", more: str = "") -> Source:
        file = self.folder / "stand.toml"
        file.write_text(RECORD.format(url=url, shape=shape, more=more), "utf-8")
        return load([file])["stand"]

    async def poll(self, source: Source) -> Verdict:
        self.clock.pass_(minutes=20)
        run_id = self.store.begin_run(source)
        self.last = await self.crawl.run(source)
        return self.store.end_run(run_id, self.last)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return self.store.database.execute(sql).fetchall()

    def flags(self) -> list[str]:
        """Kind, and whom or what it is about."""
        return [
            f"{kind} {operator or source}"
            for kind, operator, source in self.ask(
                "SELECT f.kind, s.operator, f.source FROM flags f LEFT JOIN suspensions s ON s.id = f.suspension_id ORDER BY f.id"
            )
        ]

    def check(self, figures: Figures, flags: Sequence[str], keys: Sequence[str]) -> None:
        """Exactly these flags were raised, and notices with these keys are stored."""
        figures.flags(flags, self.flags())
        figures.notices(keys, [key.rpartition("/")[2] for (key,) in self.ask("SELECT key FROM notices")])
        assert self.ask("PRAGMA integrity_check") == [("ok",)]


@asynccontextmanager
async def stand(folder: Path, **settings: Any) -> AsyncIterator[Stand]:
    """Everything but the server's faults; time-outs are short, since hanging is among them."""
    async with serving() as site:
        clock = Clock(START)
        store = Store(folder / "groundstop.db", clock)
        crawl = Crawl(
            store=store,
            memory=store,
            now=clock,
            pipelines={"pipelines.recorder.Recorder": 300},
            settings={"DOWNLOAD_DELAY": 0, "DOWNLOAD_TIMEOUT": 1.0, "RETRY_TIMES": 1, **settings},
        )
        await crawl.start()
        try:
            yield Stand(folder, site, clock, store, crawl)
        finally:
            await crawl.stop(grace=0.1)
            store.close()
