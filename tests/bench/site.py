"""The site that the benchmarks fetch: many loopback hosts, feeds with validators, lists of articles. Runs as a process of its own."""

import asyncio
import random
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from tests.bench.texts import notice

HOSTS = 40
"""127.0.0.2 and on, so that one place for each host keeps nobody waiting."""


def address(number: int, port: int) -> str:
    return f"http://127.0.0.{2 + number % HOSTS}:{port}"


def published(number: int) -> datetime:
    """A minute apart, the newest an hour ago, on whole seconds."""
    return datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=60 + number % 600)


async def feed(request: web.Request) -> web.Response:
    """/feed/SEED/COUNT.xml: COUNT notices that SEED decides, with an ETag."""
    seed, count = int(request.match_info["seed"]), int(request.match_info["count"])
    etag = f'"{seed}-{count}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    items = []
    for number in range(count):
        title, text = notice(random.Random(f"{seed} {number}"), f"{seed}-{number}")
        link = f"{request.scheme}://{request.host}/article/{seed}/{number}"
        when = format_datetime(published(number))
        items.append(f"<item><title>{title}</title><link>{link}</link><description>{text}</description><pubDate>{when}</pubDate></item>")
    body = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>f</title>{"".join(items)}</channel></rss>'
    return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": etag})


async def listing(request: web.Request) -> web.Response:
    """/list/SEED/COUNT: a page that links to COUNT articles."""
    seed, count = request.match_info["seed"], int(request.match_info["count"])
    links = "".join(f'<li><a href="/article/{seed}/{number}">Notice {number}</a></li>' for number in range(count))
    return web.Response(text=f"<html><body><ul>{links}</ul></body></html>", content_type="text/html")


async def article(request: web.Request) -> web.Response:
    """/article/SEED/NUMBER: one notice of about 200 words in a page around it."""
    seed, number = request.match_info["seed"], request.match_info["number"]
    title, text = notice(random.Random(f"{seed} {number}"), f"{seed}-{number}")
    when = published(int(number)).isoformat()
    menu = "".join(f'<li><a href="/section/{n}">Section {n}</a></li>' for n in range(20))
    body = f'<article><h1>{title}</h1><time datetime="{when}">{when}</time><div class="text"><p>{text}</p></div></article>'
    return web.Response(text=f"<html><body><nav><ul>{menu}</ul></nav>{body}</body></html>", content_type="text/html")


async def serve() -> None:
    """Prints the port once it answers."""
    app = web.Application()
    app.add_routes(
        [
            web.get("/feed/{seed}/{count}.xml", feed),
            web.get("/list/{seed}/{count}", listing),
            web.get("/article/{seed}/{number}", article),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    port = 0
    for host in range(2, 2 + HOSTS):
        site = web.TCPSite(runner, f"127.0.0.{host}", port, reuse_address=True)
        await site.start()
        port = port or site._server.sockets[0].getsockname()[1]
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until whoever started us closes it


if __name__ == "__main__":
    asyncio.run(serve())
