"""An OpenAI-compatible chat endpoint on loopback, whose answers a test writes."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any

WORDS = "TAP will not fly to Caracas until 15 January."


def event(**fields: Any) -> dict[str, Any]:
    """What a model that understood ``WORDS`` would state, but for ``fields``."""
    stated = {"kind": "suspension", "operator": "TP", "carriers": [], "origins": [], "destinations": ["CCS"], "diverted_to": []}
    stated |= {"effective_from": None, "effective_to": "2026-01-15", "open_ended": False, "reason": None, "background": False}
    return {**stated, "evidence": WORDS, **fields}


def completion(*events: dict[str, Any]) -> bytes:
    """An answer as endpoints give it."""
    return saying(json.dumps({"events": events}, ensure_ascii=False))


def saying(words: str) -> bytes:
    message = {"role": "assistant", "content": words}
    return json.dumps({"object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}).encode()


class Endpoint:
    """``answer`` makes an answer's body of a notice; ``status``, ``headers`` and the waits are those of every answer."""

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, Any]], bytes] = lambda notice: completion()
        self.status = 200
        self.headers: dict[str, str] = {}
        self.wait = 0.0
        self.drip = 0.0
        """Seconds between two bytes."""
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        """Path, headers (names in small letters) and body of each request."""
        self.together = 0
        """Answers wait until this many requests were being answered at once, 20 s at most."""
        self.at_once = 0
        self._now = 0
        self._lock = Condition()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def notices(self) -> list[dict[str, Any]]:
        """The notices that were asked about."""
        return [json.loads(body["messages"][-1]["content"]) for _, _, body in self.asked]

    def settings(self, **more: str) -> dict[str, str]:
        named = {f"GROUNDSTOP_CHAT_{name.upper()}": value for name, value in more.items()}
        return {"GROUNDSTOP_EXTRACTOR": "chat", "GROUNDSTOP_CHAT_URL": self.url, "GROUNDSTOP_CHAT_MODEL": "small", **named}

    def reply(self, request: BaseHTTPRequestHandler) -> None:
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        with self._lock:
            self.asked.append((request.path, {name.lower(): value for name, value in request.headers.items()}, body))
            self._now += 1
            self.at_once = max(self.at_once, self._now)
            self._lock.notify_all()
            self._lock.wait_for(lambda: self.at_once >= self.together, timeout=20)
        try:
            time.sleep(self.wait)
            answer = self.answer(json.loads(body["messages"][-1]["content"]))
            request.send_response(self.status)
            for name, value in {"Content-Length": str(len(answer)), **self.headers}.items():
                request.send_header(name, value)
            request.end_headers()
            step = 1 if self.drip else len(answer) or 1
            for at in range(0, len(answer), step):
                request.wfile.write(answer[at : at + step])
                request.wfile.flush()
                time.sleep(self.drip)
        except OSError:
            pass  # whoever asked has hung up, as it may
        finally:
            with self._lock:
                self._now -= 1


@contextmanager
def endpoint() -> Iterator[Endpoint]:
    """One for as long as the block lasts."""
    played = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            played.reply(self)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    played.port = server.server_address[1]
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield played
    finally:
        server.shutdown()
        server.server_close()
