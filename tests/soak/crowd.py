"""Many small sites on loopback, each at an address of its own, whose feeds a test writes while they are read."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

RECORD = """[[source]]
name = "s{number}"
title = "Site {number}"
kind = "press"
lang = "en"
shape = "feed"
url = "http://{host}:{port}/feed"
every = "{every}"
"""


class Crowd:
    """``feeds`` holds the body for each host; ``polls`` counts the answers by host; ``handed_out`` says when a host first gave a body."""

    def __init__(self, number: int) -> None:
        self.hosts = [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(number)]
        self.feeds: dict[str, bytes] = {}
        self.polls: Counter[str] = Counter()
        self.handed_out: dict[tuple[str, bytes], float] = {}
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]

    def write_records(self, file: Path, every: str) -> None:
        records = (RECORD.format(number=n, host=host, port=self.port, every=every) for n, host in enumerate(self.hosts))
        file.write_text("".join(records), "utf-8")

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                host = writer.get_extra_info("sockname")[0]
                robots = request.startswith(b"GET /robots.txt")
                body = b"" if robots else self.feeds[host]
                self.polls[host] += not robots
                self.handed_out.setdefault((host, body), time.time())
                status = b"404 -" if robots else b"200 OK"
                writer.write(b"HTTP/1.1 %s\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@contextmanager
def crowd(number: int) -> Iterator[Crowd]:
    """``number`` sites, served by a thread of their own."""
    sites = Crowd(number)
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(sites.answer, sites.hosts, sites.port), loop).result(60)
    try:
        yield sites
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
