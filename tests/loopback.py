"""A web site on loopback whose pages a test writes, and the one event loop in which tests crawl it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

T = TypeVar("T")
_runner = asyncio.Runner()


def in_loop(work: Coroutine[Any, Any, T]) -> T:
    """Runs ``work``. Always in the same loop: Twisted's reactor lives in the first one that it meets, for the life of the process."""
    return _runner.run(work)


@dataclass
class Reply:
    """One answer as it goes over the wire."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    """Seconds before the first byte."""
    promised: int | None = None
    """Content-Length, where it is not the truth."""


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    """Names in small letters."""


class Site:
    """Pages by path; ``asked`` holds the requests in their order, ``at_once`` the largest number that was answered at the same time."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply] = {"/robots.txt": Reply(status=404)}
        self.asked: list[Asked] = []
        self.at_once = 0
        self.port = 0
        self.scheme = "http"
        self._now = 0
        self._open: set[asyncio.StreamWriter] = set()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def times_asked(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                line, *rest = request.decode("latin-1").split("\r\n")
                path = line.split(" ")[1]
                headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest) if value}
                self.asked.append(Asked(path, headers))
                self._now += 1
                self.at_once = max(self.at_once, self._now)
                try:
                    complete = await self._reply(writer, self.pages.get(path, Reply(status=404)), headers)
                finally:
                    self._now -= 1
                if not complete:
                    return
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _reply(self, writer: asyncio.StreamWriter, reply: Reply, headers: dict[str, str]) -> bool:
        """Whether the connection may go on."""
        await asyncio.sleep(reply.wait)
        tag = reply.headers.get("ETag")
        if tag and headers.get("if-none-match") == tag:
            reply = Reply(status=304, headers={"ETag": tag})
        length = len(reply.body) if reply.promised is None else reply.promised
        head = "".join(f"{name}: {value}\r\n" for name, value in {**reply.headers, "Content-Length": str(length)}.items())
        writer.write(f"HTTP/1.1 {reply.status} -\r\n{head}\r\n".encode("latin-1") + reply.body)
        await writer.drain()
        return length == len(reply.body)

    def hang_up(self) -> None:
        for writer in self._open:
            writer.transport.abort()


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    """A site for as long as the block lasts."""
    site = Site()
    site.scheme = "https" if tls else "http"
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        site.hang_up()


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate of its own making for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
