"""The command that says what notices state: JSON lines in, JSON lines out. Neither database nor, unless a model is asked, network."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

import click

from pipelines import printing

BUILT_IN = "built-in"
EXTRACTORS = (BUILT_IN, "chat")

if TYPE_CHECKING:
    from pipelines.understanding import Extractor


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), default="-")
@click.option("--explain", is_flag=True, help="For people: every sentence with its mentions, guards, triggers and drafts, then the events.")
@click.option(
    "--extractor",
    "name",
    type=click.Choice(EXTRACTORS),
    help="What reads them: the built-in one, or a model behind the endpoint that GROUNDSTOP_CHAT_URL and GROUNDSTOP_CHAT_MODEL name."
    " Also set by GROUNDSTOP_EXTRACTOR; built-in where neither says.",
)
@click.pass_obj
def extract(asked: "Callable[[str | None], Extractor | None] | None", file: TextIO, explain: bool, name: str | None) -> None:
    """What notices say: JSON lines in, JSON lines out.

    Reads FILE (standard input by default), one notice a line: {"id", "title", "text", "published", "lang"}. "published" is an ISO date
    or time; it and "lang" may be missing. Prints {"id", "lang", "events"} for each, in order; a line that cannot be read gives
    {"id", "error"} and the rest goes on.

    \b
    echo '{"id": 1, "title": "TAP suspends Caracas flights until 5 May", "text": ""}' | groundstop extract

    A wrong event is traced with --explain, which names the words and the rule that made it; of the built-in extractor, whichever is set.
    Where a model was to be asked and gave no usable answer, the events are the built-in's, and "problem" says why.
    """
    if explain and name == "chat":
        raise click.UsageError("--explain shows how the built-in extractor reads; leave --extractor chat out")
    read = asked(name) if asked and not explain else None
    for number, line in enumerate(file, start=1):
        if line.strip():
            click.echo(explained(line, number) if explain else printing.as_json(understood(line, number, read)))


class Given(NamedTuple):
    """A notice as a line gives it."""

    identity: Any
    title: str
    text: str
    published: date | None
    lang: str | None


def understood(line: str, number: int, read: "Extractor | None" = None) -> dict[str, Any]:
    """The answer to one line of ``extract``: its events (as ``read`` or the built-in extractor has them), or what is wrong with it."""
    from pipelines.understanding import built_in

    notice = given(line, number)
    if isinstance(notice, dict):
        return notice
    found = (read or built_in)(notice.title, notice.text, notice.published, notice.lang)
    said = {"id": notice.identity, "lang": found.lang, "events": [event.as_dict() for event in found.events]}
    problem = getattr(found, "problem", None)
    return {**said, "problem": problem} if problem else said


def explained(line: str, number: int) -> str:
    """How one line of ``extract`` was understood, step by step, or what is wrong with it."""
    from pipelines.extract.analysis import analyse
    from pipelines.extract.explain import explained as told

    notice = given(line, number)
    if isinstance(notice, dict):
        return printing.printable(f"== {notice['id']}\n{notice['error']}\n")
    steps = told(analyse(notice.title, notice.text, notice.published, notice.lang))
    return "\n".join(map(printing.printable, (f"== {notice.identity}", *steps, "")))


def given(line: str, number: int) -> Given | dict[str, Any]:
    """One line as a notice, or as the answer that says what is wrong with it."""
    identity: Any = number
    try:
        notice = json.loads(line)
        if not isinstance(notice, dict):
            raise ValueError('not an object; write {"id": ..., "title": ..., "text": ...}')
        identity = notice.get("id", number)
        title, text, lang = (_text(notice, name) for name in ("title", "text", "lang"))
        if not title and not text:
            raise ValueError('neither "title" nor "text"; one of them must say something')
        return Given(identity, title, text, _day(notice), lang or None)
    except ValueError as error:
        return {"id": identity, "error": f"line {number}: {error}"}


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
