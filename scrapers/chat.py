"""Any OpenAI-compatible chat endpoint, over HTTP: a request's body in, the answer's body out.

It knows neither what is asked nor what an answer means (``pipelines.asked`` does). The standard library's client, which follows no
redirect and no proxy variable: the key goes to the address that is set, and nowhere else.
"""

import http.client
import ipaddress
import math
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LARGEST = 1024 * 1024
"""Bytes of an answer; fifty events are twenty thousand."""
CONNECTING = 5.0
"""Seconds for a connection: it must not keep a stop waiting."""
TIMEOUT, TIMEOUTS = 60.0, (1.0, 300.0)
AT_ONCE, AT_MOST = 2, 64
DEAD_AFTER, PAUSE = 3, 300.0
"""So many questions in a row without any answer, and the endpoint is left alone for so many seconds: a round must not wait for each."""


class ChatError(OSError):
    """No answer, and why."""


class SettingError(ValueError):
    """A setting that is missing or wrong; the message names it and says what to write."""


@dataclass
class Chat:
    """An endpoint. ``ask`` may be called from several threads."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout: float = TIMEOUT
    at_once: int = AT_ONCE
    _sockets: set[socket.socket] = field(default_factory=set, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _closed: bool = False
    _unanswered: int = 0
    _not_before: float = 0.0

    def ask(self, question: bytes) -> bytes:
        """The body of the answer to a POST of ``question``, all of it within ``timeout`` seconds of the connection. Raises ChatError."""
        if self._closed:
            raise ChatError("the service stops")
        if time.monotonic() < self._not_before:
            raise ChatError(f"{self._host} gave no answer {DEAD_AFTER} times in a row and is left alone for a while")
        connection, late = self._connection(), threading.Event()
        try:
            connection.connect()
            with self._under_way(connection.sock, late):
                answer = self._answer(connection, question)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._failed(error, late.is_set()) from None
        finally:
            connection.close()
        self._unanswered = 0
        return answer

    @contextmanager
    def _under_way(self, opened: socket.socket, late: threading.Event) -> Iterator[None]:
        """The socket is shut when its time is over, or the service stops. Its own timeout is one for each read: an answer that comes byte
        by byte would never end. (The connection forgets its socket when the answer begins.)"""
        clock = threading.Timer(self.timeout, _give_up, (opened, late))
        clock.daemon = True
        clock.start()
        with self._lock:
            self._sockets.add(opened)
        try:
            if self._closed:
                raise ChatError("the service stops")
            opened.settimeout(self.timeout)
            yield
        finally:
            clock.cancel()
            with self._lock:
                self._sockets.discard(opened)

    def _answer(self, connection: http.client.HTTPConnection, question: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        parts = urlsplit(self.url)
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), question, headers)
        response = connection.getresponse()
        if 300 <= response.status < 400:
            raise ChatError(f"{self._host} redirects, which is not followed: set GROUNDSTOP_CHAT_URL to the address itself")
        if response.status != 200:
            raise ChatError(f"{self._host} answered with status {response.status}")
        body = response.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise ChatError(f"{self._host} answered with more than {LARGEST} bytes")
        if response.length:
            raise http.client.IncompleteRead(body)
        return body

    def _failed(self, error: Exception, late: bool) -> ChatError:
        """The error in words, counted towards a pause; a stop of ours is not."""
        if self._closed:
            return ChatError("the service stops")
        self._unanswered += 1
        if self._unanswered >= DEAD_AFTER:
            self._unanswered, self._not_before = 0, time.monotonic() + PAUSE
        if late or isinstance(error, TimeoutError):
            return ChatError(f"{self._host} gave no whole answer within {self.timeout:g} seconds (GROUNDSTOP_CHAT_TIMEOUT)")
        if isinstance(error, ChatError):
            return error
        said = getattr(error, "strerror", None)
        return ChatError(f"{self._host} cannot be asked: {type(error).__name__}{f': {said}' if said else ''}")

    def close(self) -> None:
        self._closed = True
        with self._lock:
            for opened in self._sockets:
                _shut(opened)

    @property
    def _host(self) -> str:
        return urlsplit(self.url).netloc

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host, connecting = parts.hostname or "", min(CONNECTING, self.timeout)
        if parts.scheme == "https":
            return http.client.HTTPSConnection(host, parts.port, timeout=connecting, context=ssl.create_default_context())
        return http.client.HTTPConnection(host, parts.port, timeout=connecting)


def _shut(opened: socket.socket) -> None:
    """Whoever reads from it gets an end, now."""
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


def _give_up(opened: socket.socket, late: threading.Event) -> None:
    late.set()
    _shut(opened)


def from_settings(environment: Mapping[str, str] = os.environ) -> Chat:
    """The endpoint that GROUNDSTOP_CHAT_… name. Raises SettingError."""
    key = environment.get("GROUNDSTOP_CHAT_KEY", "").strip()
    if not key.isascii() or not key.isprintable():
        raise SettingError("GROUNDSTOP_CHAT_KEY holds characters that no key has; copy it again")
    model = environment.get("GROUNDSTOP_CHAT_MODEL", "").strip()
    if not model or not model.isprintable() or len(model) > 200:
        raise SettingError("GROUNDSTOP_CHAT_MODEL is not set, or no name; write the model's name as the endpoint lists it under /v1/models")
    timeout = _number(environment, "GROUNDSTOP_CHAT_TIMEOUT", TIMEOUT, *TIMEOUTS, "seconds for one answer")
    at_once = _number(environment, "GROUNDSTOP_CHAT_AT_ONCE", AT_ONCE, 1, AT_MOST, "a whole number of questions at the same time")
    if at_once != int(at_once):
        raise SettingError(f"GROUNDSTOP_CHAT_AT_ONCE is {at_once:g}; write a whole number of questions, such as {AT_ONCE}")
    return Chat(_address(environment.get("GROUNDSTOP_CHAT_URL", "").strip(), key), model, key, timeout, int(at_once))


def _address(given: str, key: str) -> str:
    """The address of chat completions: as given, or below the interface's base."""
    example = "such as http://127.0.0.1:8000/v1"
    if not given:
        raise SettingError(f"GROUNDSTOP_CHAT_URL is not set; write the address of an OpenAI-compatible endpoint, {example}")
    try:
        parts = urlsplit(given)
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) and given.isascii() and given.isprintable()
    except ValueError:
        known = False
    if "@" in given:  # before the address is shown
        raise SettingError("GROUNDSTOP_CHAT_URL holds a user name or password; leave them out and set GROUNDSTOP_CHAT_KEY")
    if not known or " " in given or parts.fragment:
        raise SettingError(f"GROUNDSTOP_CHAT_URL is {given!r}, which is no http or https address; write one {example}")
    if key and parts.scheme == "http" and not _ours(parts.hostname or ""):
        raise SettingError("GROUNDSTOP_CHAT_KEY would go over http in plain sight; write https in GROUNDSTOP_CHAT_URL")
    path = parts.path.rstrip("/")
    if not path.endswith("/chat/completions"):
        path = (path or "/v1") + "/chat/completions"
    return parts._replace(path=path).geturl()


def _ours(host: str) -> bool:
    """Whether it is a machine of our own: localhost, a name without a dot (as containers have), a private address."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host


def _number(environment: Mapping[str, str], name: str, default: float, least: float, most: float, what: str) -> float:
    said = environment.get(name, "").strip()
    try:
        number = float(said) if said else float(default)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise SettingError(f"{name} is {said!r}; write {what}, {least:g} to {most:g}")
    return number
