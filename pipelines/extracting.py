"""The command that says what notices state: JSON lines in, JSON lines out. Neither network nor database."""

import json
from datetime import date, datetime
from typing import Any, TextIO

import click

from pipelines import printing


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
def extract(file: TextIO) -> None:
    """What notices say: JSON lines in, JSON lines out.

    Reads FILE (standard input by default), one notice a line: {"id", "title", "text", "published", "lang"}. "published" is an ISO date
    or time; it and "lang" may be missing. Prints {"id", "lang", "events"} for each, in order; a line that cannot be read gives
    {"id", "error"} and the rest goes on.

    \b
    echo '{"id": 1, "title": "TAP suspends Caracas flights until 5 May", "text": ""}' | groundstop extract
    """
    for number, line in enumerate(file, start=1):
        if line.strip():
            click.echo(printing.as_json(understood(line, number)))


def understood(line: str, number: int) -> dict[str, Any]:
    """The answer to one line of ``extract``: its events, or what is wrong with it."""
    from pipelines.extract import extract as read

    identity: Any = number
    try:
        notice = json.loads(line)
        if not isinstance(notice, dict):
            raise ValueError('not an object; write {"id": ..., "title": ..., "text": ...}')
        identity = notice.get("id", number)
        title, text, lang = (_text(notice, name) for name in ("title", "text", "lang"))
        if not title and not text:
            raise ValueError('neither "title" nor "text"; one of them must say something')
        found = read(title, text, _day(notice), lang or None)
    except ValueError as error:
        return {"id": identity, "error": f"line {number}: {error}"}
    return {"id": identity, "lang": found.lang, "events": [event.as_dict() for event in found.events]}


def _text(notice: dict[str, Any], name: str) -> str:
    value = notice.get(name) or ""
    if not isinstance(value, str):
        raise ValueError(f'"{name}" is a {type(value).__name__}; it has to be a string')
    return value.encode("utf-8", "replace").decode()  # JSON can name half a surrogate pair, which cannot be printed


def _day(notice: dict[str, Any]) -> date | None:
    printed = _text(notice, "published")
    try:
        return datetime.fromisoformat(printed).date() if printed else None
    except ValueError:
        raise ValueError(f'"published" is {printed!r}; write an ISO date such as 2025-11-30') from None
