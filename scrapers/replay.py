"""Serves a recording on loopback, as real HTTP: with the headers that decide a crawl (ETag, Last-Modified, status).

Each host of the recording answers on a loopback address of its own, so that politeness counts them apart.
``python -m scrapers.replay FOLDER`` serves one by hand.
"""

import errno
import hashlib
import ipaddress
import os
import re
import sys
from collections import Counter
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from threading import Lock, Thread
from typing import Any, Self
from urllib.parse import urlsplit

import click

from scrapers.recording import CONTENT_TYPES, Answer, Moment, Recording


class Replay:
    """Serves a recording at its current moment.

    The whole tree answers at ``address``, each host's folder at the addresses after it (127.0.0.2, 127.0.0.3, ...), all on one port.
    ``clock_file``, where given, always holds the current moment's time in ISO 8601. Raises ValueError where ``address`` is not loopback.
    """

    def __init__(self, recording: Recording, clock_file: Path | None = None, *, address: str = "127.0.0.1", port: int = 0) -> None:
        first = ipaddress.IPv4Address(address)
        self.addresses = dict(zip(("", *recording.hosts), (first + i for i in range(len(recording.hosts) + 1)), strict=True))
        if not all(each.is_loopback for each in self.addresses.values()):
            raise ValueError(f"a replay serves loopback only, and {address} is not: use an address in 127.0.0.0/8")
        self.recording = recording
        self.clock_file = clock_file
        self.port = port
        self.at = 0
        self.polls: Counter[str] = Counter()
        """Requests answered since the current moment began, by ``HOST/PATH``."""
        self._turns: Counter[str] = Counter()
        self._lock = Lock()
        self._servers: list[_Host] = []

    @property
    def moment(self) -> Moment:
        return self.recording.moments[self.at]

    def start(self) -> str:
        """Begins to serve; the address of the whole tree, without a slash at its end. Raises OSError where the port is taken."""
        self._tell_time()
        self._servers = self._bind()
        self.port = self._servers[0].server_address[1]
        for server in self._servers:
            Thread(target=server.serve_forever, args=(0.05,), name=f"replay-{server.host or 'all'}", daemon=True).start()
        return f"http://{self.addresses['']}:{self.port}"

    def advance(self) -> Moment | None:
        """The next moment, which is then served, its clock first; None at the last one, which stays."""
        with self._lock:
            if self.at + 1 == len(self.recording.moments):
                return None
            self.at += 1
            self._tell_time()
            self.polls.clear()
            return self.moment

    def stop(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def fill(self, text: str) -> str:
        """``text`` with each ``//HOST.demo`` as the address where that host answers: the sources' records, say."""
        for host in self.recording.hosts:
            text = re.sub(rf"//{re.escape(host)}\.demo(?=[/\"'\s]|$)", f"//{self.addresses[host]}:{self.port}", text)
        return text

    def asked(self, url: str) -> int:
        """How often the resource at ``url`` was answered since the moment began; 0 also for an address of nobody."""
        parts = urlsplit(url)
        host = next((name for name, address in self.addresses.items() if str(address) == parts.hostname), None)
        name = None if host is None else self.recording.find(host, parts.path)
        return 0 if name is None else self.polls[name]

    def answer(self, host: str, path: str) -> Answer:
        """What a request gets, and counts it."""
        name = self.recording.find(host, urlsplit(path).path)
        if name is None:
            return Answer(404, CONTENT_TYPES[".txt"], b"404 Not Found\n", None)
        with self._lock:
            at, turn = self.at, self._turns[name]
            self._turns[name] += 1
        answer = self.recording.answer(name, at, turn)
        with self._lock:
            if at == self.at:
                self.polls[name] += 1
        return answer

    def _tell_time(self) -> None:
        """Replaced in one step: who reads it at that instant gets the old time or the new one, whole."""
        if self.clock_file:
            new = self.clock_file.with_name(self.clock_file.name + ".new")
            new.write_text(self.moment.time.isoformat() + "\n", "ascii")
            os.replace(new, self.clock_file)

    def _bind(self) -> "list[_Host]":
        """One server for each address, on one port: where the system chose it, another is tried if a later address has it taken."""
        for last_try in (*[False] * 15, True):
            servers: list[_Host] = []
            try:
                for host, address in self.addresses.items():
                    port = servers[0].server_address[1] if servers else self.port
                    servers.append(_Host(str(address), port, self, host))
                return servers
            except OSError as error:
                for server in servers:
                    server.server_close()
                if last_try or self.port or error.errno != errno.EADDRINUSE:
                    raise
        raise AssertionError


class _Host(ThreadingHTTPServer):
    """One address, and the folder of the recording that it serves."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: str, port: int, replay: Replay, host: str) -> None:
        self.replay = replay
        self.host = host
        super().__init__((address, port), _Handler)

    def server_bind(self) -> None:
        """Without HTTPServer's look-up of the machine's name, which can take seconds where no name server answers."""
        TCPServer.server_bind(self)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is its own affair; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Host
    protocol_version = "HTTP/1.1"
    server_version = "groundstop-replay"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        answer = self.server.replay.answer(self.server.host, self.path)
        etag = f'"{hashlib.sha256(answer.body).hexdigest()[:16]}"'
        same = answer.status == 200 and answer.changed is not None and self._has(etag, answer.changed)
        self.send_response(304 if same else answer.status)
        if answer.changed is not None and answer.status == 200:
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", format_datetime(answer.changed, usegmt=True))
        if not same:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if not same and self.command == "GET":
            self.wfile.write(answer.body)

    do_HEAD = do_GET

    def _has(self, etag: str, changed: datetime) -> bool:
        """Whether the client says that it has this version: by ETag, and only without one by date (RFC 9110, 13.2.2)."""
        if tags := self.headers.get("If-None-Match"):
            return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in tags.split(","))
        try:
            return changed.replace(microsecond=0) <= parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
        except (TypeError, ValueError):
            return False

    def log_message(self, format: str, *args: object) -> None:
        """Silent: what was asked stands in ``Replay.polls``."""


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--port", default=8099, show_default=True)
@click.option("--clock", type=click.Path(path_type=Path), help="Keep the moment's time in this file.")
def main(folder: Path, port: int, clock: Path | None) -> None:
    """Serve FOLDER on loopback: a recording (it has a moments.toml), or any files. Enter moves to the next moment."""
    recording = Recording.load(folder) if (folder / "moments.toml").exists() else Recording.folder(folder)
    with Replay(recording, clock, port=port) as replay:
        for host, address in replay.addresses.items():
            click.echo(f"http://{address}:{port}/  {host or 'everything'}")
        moment: Moment | None = replay.moment
        while moment:
            click.prompt(f"{moment.time:%Y-%m-%d %H:%M} {moment.title}", default="", show_default=False, prompt_suffix=" [Enter] ")
            moment = replay.advance()


if __name__ == "__main__":
    main()
