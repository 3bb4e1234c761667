"""The extractor that asks: a question to an endpoint, its answer held and checked, and the built-in's events where there is none."""

import asyncio
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Protocol

from pipelines.asked.answer import Unusable, held
from pipelines.asked.check import checked
from pipelines.asked.question import question
from pipelines.extract import Extraction, extract
from pipelines.understanding import Extractor


class Endpoint(Protocol):
    """Whoever answers. ``ask`` blocks; it is called from several threads."""

    model: str
    at_once: int
    """Questions under way at the same time."""

    def ask(self, question: bytes) -> bytes:
        """The answer to a request's body. Raises OSError, which says in words what went wrong."""

    def close(self) -> None:
        """Break off what is under way; whoever asks from now on gets an OSError."""


@dataclass(frozen=True)
class Answered(Extraction):
    problem: str | None = None
    """Why these are the built-in's events and not the model's; None where they are the model's."""


class Asked:
    """An ``Extractor``: as a function it waits for its answer; ``answered`` waits in a thread, for a loop that goes on meanwhile."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def __call__(self, title: str, text: str, published: date | None, lang: str | None) -> Extraction:
        return read(self.endpoint.model, self._ask(title, text, published, lang), title, text, published, lang)

    async def answered(self, title: str, text: str, published: date | None, lang: str | None) -> Extractor:
        """Asks, and gives the extractor that reads the answer to this one notice. Raises nothing."""
        return partial(read, self.endpoint.model, await asyncio.to_thread(self._ask, title, text, published, lang))

    def unasked(self, why: str) -> Extractor:
        """The built-in in this one's place, for a notice that is not asked about."""
        return partial(read, self.endpoint.model, OSError(why))

    def _ask(self, title: str, text: str, published: date | None, lang: str | None) -> bytes | OSError:
        try:
            return self.endpoint.ask(question(self.endpoint.model, title, text, published, lang))
        except OSError as error:
            return error


def read(model: str, answer: bytes | OSError, title: str, text: str, published: date | None, lang: str | None) -> Answered:
    """The events of a notice for which ``answer`` came. Pure; an answer that is none gives the built-in's events and the ``problem``."""
    built_in = extract(title, text, published, lang)
    try:
        if isinstance(answer, OSError):
            raise Unusable(str(answer))
        found = held(answer, model, title, text)
        if found.left_out and not found.events:
            raise Unusable(f"no event holds: {found.left_out[0]}")
    except Unusable as why:
        return Answered(built_in.lang, built_in.events, f"read by the built-in extractor, not by {model}: {why}")
    return Answered(built_in.lang, checked(found.events, built_in.events))
