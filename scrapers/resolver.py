"""Names to addresses, public ones only: a site's name never leads into our own network.

A record may name a host of our own by its address (or "localhost"), as the demonstration does; a name that resolves to
a private address is treated as one without an address. Nothing is cached: a service that runs for months must notice
when a site moves (Scrapy's own cache has no end).
"""

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from zope.interface import implementer

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

Lookup = Callable[[str], Awaitable[list[str]]]

logger = logging.getLogger(__name__)


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name
        self.task: asyncio.Task[None] | None = None

    def cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()


@implementer(IHostnameResolver)
class PublicResolver:
    """Resolves with the loop's own threads, IPv4 and IPv6. ``lookup`` takes a name and gives its addresses, or raises ``OSError``."""

    def __init__(self, reactor: Any, timeout: float, lookup: Lookup | None = None) -> None:
        self.reactor = reactor
        self.timeout = timeout
        self.lookup = lookup or _lookup

    @classmethod
    def from_crawler(cls, crawler: "Crawler", reactor: Any) -> "PublicResolver":
        return cls(reactor, crawler.settings.getfloat("DNS_TIMEOUT"))

    def install_on_reactor(self) -> None:
        self.reactor.installNameResolver(self)

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[Any] | None = None,
        transportSemantics: str = "TCP",
    ) -> _Resolution:
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        if _is_address(hostName):
            _tell(resolutionReceiver, [hostName], portNumber)
        else:
            resolution.task = asyncio.ensure_future(self._resolve(resolutionReceiver, hostName, portNumber))
        return resolution

    async def _resolve(self, receiver: Any, name: str, port: int) -> None:
        try:
            addresses = await asyncio.wait_for(self.lookup(name), self.timeout)
        except (OSError, UnicodeError, TimeoutError):
            addresses = []
        if name != "localhost":
            private = [address for address in addresses if not is_public(address)]
            addresses = [address for address in addresses if address not in private]
            if private:
                logger.warning("%s resolves to %s, which is no public address: not followed", name, ", ".join(private))
        _tell(receiver, addresses, port)


async def _lookup(name: str) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""Ends in the IPv4 address that a translator leads to (NAT64, RFC 6052)."""
_NO_LONGER = tuple(map(ipaddress.ip_network, ("::/96", "64:ff9b:1::/48", "2002::/16", "fec0::/10")))
"""IPv4-compatible, a network's own NAT64 (RFC 8215), 6to4, site-local: each may lead inside, none is a site's address."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet: not private, loopback, link-local, multicast or reserved, nor inside another one."""
    known = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(known, ipaddress.IPv6Address):
        if any(known in network for network in _NO_LONGER):
            return False
        translated = ipaddress.IPv4Address(int(known) & 0xFFFFFFFF) if known in _TRANSLATED else None
        known = known.ipv4_mapped or translated or known
    return known.is_global and not known.is_multicast


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _tell(receiver: Any, addresses: list[str], port: int) -> None:
    for address in addresses:
        receiver.addressResolved((IPv6Address if ":" in address else IPv4Address)("TCP", address, port))
    receiver.resolutionComplete()
