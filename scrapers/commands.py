"""What the commands that fetch have in common, and the demonstration."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import click

from pipelines.commands import database_option, explained, json_option, show
from pipelines.extracting import BUILT_IN, EXTRACTORS
from pipelines.printing import printable

if TYPE_CHECKING:
    from pipelines.asked.extractor import Asked
    from scrapers.sources import Source

sources_option = click.option(
    "--sources",
    "records",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    envvar="GROUNDSTOP_SOURCES",
    help="A file or folder of source records, instead of data/sources; may be given several times. Also set by GROUNDSTOP_SOURCES.",
)


def chosen(records: Sequence[Path], names: Sequence[str] = (), enabled: bool = True, some: bool = True) -> "dict[str, Source]":
    """The sources of these records (of data/sources where none are given); where names are given, those, enabled or not.

    With ``some`` there has to be one.
    Raises click's errors, which say what to do.
    """
    from scrapers.sources import DEFAULT, SourceError, load

    try:
        sources = load(records or [DEFAULT])
    except SourceError as error:
        raise click.ClickException(str(error)) from error
    if unknown := [name for name in names if name not in sources]:
        raise click.UsageError(f"no source is called {unknown[0]!r}; `groundstop sources` lists them")
    if names:
        return {name: sources[name] for name in names}
    found = {name: source for name, source in sources.items() if source.enabled or not enabled}
    if not found and some:
        places = ", ".join(map(str, records or [DEFAULT]))
        raise click.ClickException(f"no source is enabled in {places}. Name records with --sources, or sources one by one")
    return found


def delayed() -> dict[str, Any]:
    """Scrapy's setting for GROUNDSTOP_DELAY, in seconds; empty where that is not set. Raises ClickException."""
    said = os.environ.get("GROUNDSTOP_DELAY")
    try:
        delay = float(said) if said else None
    except ValueError:
        delay = -1.0
    if delay is not None and not 0 <= delay <= 3600:
        raise click.ClickException(f"GROUNDSTOP_DELAY is {said!r}; write seconds between two requests to one host, such as 1 or 0.5")
    return {} if delay is None else {"DOWNLOAD_DELAY": delay}


def asked_extractor(name: str | None = None) -> "Asked | None":
    """The extractor that asks a model, where ``name`` (GROUNDSTOP_EXTRACTOR, where it is None) says so; None for the built-in one.

    Raises ClickException.
    """
    name = name or os.environ.get("GROUNDSTOP_EXTRACTOR") or BUILT_IN
    if name not in EXTRACTORS:
        raise click.ClickException(f"GROUNDSTOP_EXTRACTOR is {name!r}; write {' or '.join(EXTRACTORS)}")
    if name == BUILT_IN:
        return None
    from pipelines.asked.extractor import Asked
    from scrapers.chat import SettingError, from_settings

    try:
        return Asked(from_settings())
    except SettingError as error:
        raise click.ClickException(str(error)) from error


@click.group(invoke_without_command=True)
@sources_option
@database_option
@json_option
@click.pass_context
@explained
def sources(context: click.Context, records: Sequence[Path], path: Path, as_json: bool) -> None:
    """The sources as their records say, and how each of them does: its state, and how often it is asked now and why.

    `groundstop sources check` fetches them and holds them against their records.
    """
    if context.invoked_subcommand:
        return
    from pipelines import report

    doing = {}
    if path.exists():
        with report.reading(path) as database:
            doing = {row["source"]: row for row in report.health(database)}
    rows = [
        {
            "name": source.name,
            "title": source.title,
            "kind": source.kind,
            "official": source.official,
            "country": source.country,
            "lang": source.lang,
            "shape": source.shape,
            "every_seconds": int(source.every.total_seconds()),
            "interval_seconds": doing.get(source.name, {}).get("interval_seconds"),
            "interval_why": doing.get(source.name, {}).get("interval_why"),
            "known": source.known,
            "enabled": source.enabled,
            "state": _state(source, doing.get(source.name, {})),
            "last_run": doing.get(source.name, {}).get("last_run"),
            "problem": source.missing or source.keyless or doing.get(source.name, {}).get("what_is_wrong") or None,
            "url": source.url,
        }
        for source in chosen(records, enabled=False).values()
    ]
    names = ("name", "kind", "lang", "shape", "every_seconds", "interval_seconds", "interval_why", "state", "problem")
    headings = {"every_seconds": "every, s", "interval_seconds": "now, s", "interval_why": "why"}
    show(rows, {name: headings.get(name, name) for name in names}, as_json)


def _state(source: "Source", doing: Mapping[str, Any]) -> str:
    """The source's state in the list: whether it would be polled here and now comes before how it did."""
    return "not enabled" if not source.enabled else "no key" if source.keyless else str(doing.get("state", "never run"))


QUERIES = (
    (
        "What is stopped to Venezuela now?",
        "SELECT operator, kind, to_where, instead, since, until FROM open_suspensions"
        " WHERE suspension IN (SELECT suspension_id FROM suspension_places WHERE country = 'VE')",
    ),
    (
        "Who said that Pegas flies elsewhere, when, in which words?",
        "SELECT s.source, e.stated_at, s.relation, e.evidence FROM suspension_events s JOIN events e ON e.id = s.event_id"
        " WHERE e.operator = 'pegas-touristik'",
    ),
    ("Which sources do not work?", "SELECT source, state, what_is_wrong FROM source_health WHERE state <> 'ok'"),
)


@click.command()
@click.option(
    "--db",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to make the database, which must not exist yet. By default a new temporary folder.",
)
def demo(path: Path | None) -> None:
    """Replay a recorded crisis on loopback against the service, and show what it flags.

    Nothing leaves this machine. Takes a minute or two.
    """
    from scrapers.demo import Stuck, play

    if path and path.exists():
        raise click.ClickException(f"{path} exists; name a file that does not")
    database = path.absolute() if path else Path(mkdtemp(prefix="groundstop-demo-")) / "demo.db"

    def told(entry: Mapping[str, Any]) -> None:
        if "flag" in entry:
            click.echo(f"    {click.style(str(entry['flag']).upper(), bold=True)}  {printable(entry['what'])}")
        elif entry.get("level") == "ERROR":
            click.echo(f"    {printable(entry['message'])}", err=True)

    try:
        with play(database, told) as playing:
            playing.start()
            moments = playing.replay.recording.moments
            for number, moment in enumerate(playing.moments(), start=1):
                click.echo(f"[{number}/{len(moments)}] {moment.time:%d %b %Y, %H:%M} UTC: {click.style(moment.title, fg='cyan')}")
            if code := playing.stop():
                raise Stuck(f"the service ended with exit code {code}")
    except Stuck as error:
        raise click.ClickException(f"the demonstration did not come to its end: {error}") from error
    for heading, *command in (
        ("Flags, as they came", "flags"),
        ("Open suspensions", "suspensions"),
        ("Who states the diversion", "suspensions", "--operator", "pegas-touristik", "--words"),
    ):
        click.echo(f"\n{click.style(heading, bold=True)}  (groundstop {' '.join(command)} --db {database})\n")
        sys.stdout.flush()
        subprocess.run([sys.executable, "-m", "scheduler", *command, "--db", str(database)], check=True)
    click.echo(f"\nThe database is {database}. Ask it, with sqlite3 or Datasette:")
    for question, query in QUERIES:
        click.echo(f'\n  {question}\n  sqlite3 -box {database} "{query}"')


COMMANDS = (demo, sources)
