"""The commands that read the database and fetch nothing."""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from pipelines import printing
from pipelines.extracting import extract
from pipelines.storage.tables import FLAG_KINDS

DATABASE = Path(__file__).resolve().parent.parent / "data" / "groundstop.db"

database_option = click.option(
    "--db",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=DATABASE,
    show_default="data/groundstop.db, where groundstop is",
    envvar="GROUNDSTOP_DB",
    help="The database. Also set by GROUNDSTOP_DB.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
clock_option = click.option(
    "--clock",
    "clock_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="GROUNDSTOP_CLOCK",
    hidden=True,
    help="For replays: the file that holds the ISO 8601 time to believe.",
)


def explained(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turns what can be wrong with the database into one line that says what to do."""

    @functools.wraps(command)
    def careful(*args: Any, **kwargs: Any) -> Any:
        from pipelines.storage.database import StoreError

        try:
            return command(*args, **kwargs)
        except StoreError as error:
            raise click.ClickException(f"{error}. {error.remedy}") from error

    return careful


def show(rows: list[dict[str, Any]], columns: Mapping[str, str], as_json: bool, nothing: str = "nothing") -> None:
    """Rows for a program (all of each, as JSON) or for a person (those columns, under those headings)."""
    if as_json:
        click.echo(printing.as_json(rows, indent=1))
    else:
        click.echo(printing.table(rows, columns) if rows else nothing)


SINCE = re.compile(r"(\d+)([mhd])")


class Since(click.ParamType[datetime]):
    """A span back from now ("36h", "7d") or an ISO 8601 date or time; UTC."""

    name = "since"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        if span := SINCE.fullmatch(value):
            unit = {"m": "minutes", "h": "hours", "d": "days"}[span[2]]
            try:
                return datetime.now(UTC) - timedelta(**{unit: int(span[1])})
            except OverflowError:
                self.fail(f"{value!r} is before all calendars", param, ctx)
        try:
            time = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no time; write 36h, 7d or 2025-11-30", param, ctx)
        return time if time.tzinfo else time.replace(tzinfo=UTC)


@click.command()
@database_option
@json_option
@click.option("--since", type=Since(), help="Only what was flagged since then: 90m, 36h, 7d, or an ISO date or time (UTC).")
@click.option("--kind", type=click.Choice(FLAG_KINDS), help="Only this kind.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The newest so many.")
@explained
def flags(path: Path, as_json: bool, since: datetime | None, kind: str | None, limit: int) -> None:
    """What was flagged: first statements, every later change, and sources that break or recover. The newest comes last."""
    from pipelines import report

    with report.reading(path) as database:
        rows = report.flags(database, since=since, kind=kind, limit=limit)[::-1]
    if as_json or not rows:
        show(rows, {}, as_json, "no flags")
    for row in () if as_json else rows:
        click.echo(told(row))


def told(flag: Mapping[str, Any]) -> str:
    """A flag for a person: when and what; below, where somebody said so: who, in which words, and where."""
    said = [f"{flag['stated_by']}: «{flag['evidence']}»", flag["url"]] if flag["evidence"] else []
    return entry(f"{flag['raised_at']}  {flag['flag']:16}  ", flag["what"], said)


def entry(head: str, what: str, said: Sequence[str]) -> str:
    """``what`` beside ``head``, and what was said about it below; broken into lines where the terminal wants it."""
    width = printing.terminal_width()
    beside = printing.wrapped(printing.printable(what), width and max(width - len(head), 20))
    below = [line for text in said for line in printing.wrapped(printing.printable(text), width and max(width - 4, 20))]
    return "\n".join((head + beside[0], *(" " * len(head) + line for line in beside[1:]), *(" " * 4 + line for line in below)))


@click.command()
@click.argument("country", required=False, callback=lambda ctx, param, value: _country(value))
@database_option
@json_option
@click.option("--operator", help="Only this operator: its code (TP, pegas-touristik) or a part of its name.")
@click.option("--all", "over", is_flag=True, help="Also what has ended, expired or was withdrawn.")
@click.option("--words", is_flag=True, help="With everybody who stated each of them, in their words.")
@explained
def suspensions(country: str | None, path: Path, as_json: bool, operator: str | None, over: bool, words: bool) -> None:
    """What is stopped, diverted or closed now: everywhere, or to COUNTRY (an ISO 3166-1 code such as VE)."""
    from pipelines import report

    with report.reading(path) as database:
        rows = report.suspensions(database, country=country, operator=operator, state=None if over else "open")
        if words:
            rows = [{**row, "statements": report.statements(database, row["suspension"])} for row in rows]
    columns = {
        "operator": "operator",
        "kind": "kind",
        "from_where": "from",
        "to_where": "to",
        "instead": "instead",
        "since": "since",
        "until": "until",
        **({"state": "state"} if over else {}),
        "stated_by": "stated by",
    }
    show(rows if as_json else [row | _for_people(row) for row in rows], columns, as_json, "nothing is suspended")
    for row in rows if words and not as_json else ():
        click.echo("\n" + entry("", f"{row['operator']}, {row['kind']}: {row['to_where'] or 'everywhere'}, as stated by", ()))
        for statement in row["statements"]:
            head = f"{statement['stated_at']:20}  {statement['relation']:10}  "
            click.echo(entry(head, statement["stated_by"], (f"«{statement['evidence']}»", statement["url"])))


def _country(value: str | None) -> str | None:
    """Anything but a code would find nothing, and "nothing is suspended" would be believed."""
    if value is not None and not re.fullmatch("[A-Za-z]{2}", value):
        raise click.BadParameter(f"{value!r} is no ISO 3166-1 code; write two letters, such as VE for Venezuela")
    return value


def _for_people(suspension: Mapping[str, Any]) -> dict[str, Any]:
    more = f" and {suspension['sources'] - 1} more" if suspension["sources"] > 1 else ""
    return {
        "until": "further notice" if suspension["open_ended"] else suspension["until"],
        "stated_by": f"{suspension['first_stated_by']}{more}; certainty: {suspension['certainty']}",
    }


@click.command()
@database_option
@clock_option
@json_option
@explained
def status(path: Path, clock_file: Path | None, as_json: bool) -> None:
    """How the service and its sources are. Exit code 1 when a source is broken or overdue or the service has stopped beating."""
    from pipelines import report

    with report.reading(path) as database:
        found = report.status(database, datetime.now(UTC), clock(clock_file)())
    service, states = found["service"], found["sources"]
    if as_json:
        click.echo(printing.as_json(found, indent=1))
    else:
        if service is None:
            said = "has never run on this database"
        elif service["ended_at"]:
            said = f"was stopped at {service['ended_at']}"
        else:
            said = f"{'lives' if found['alive'] else 'does not live'}: last heartbeat {service['beat_at']}, process {service['pid']}"
        click.echo(f"the service {said}")
        counted = ", ".join(f"{count} {state}" for state, count in states.items() if count)
        click.echo(f"sources: {counted or 'none'}; last run: {found['last_run'] or 'never'}")
        click.echo(
            f"open suspensions: {found['open_suspensions']}; flags in the last day: {found['flags_last_day']}; "
            f"notices not understood in the last day: {found['notices_not_understood_last_day']}"
        )
        if found["overdue"]:
            click.echo(f"not read when due: {', '.join(found['overdue'])}")
        for source in found["waiting"]:
            click.echo(printing.printable(f"{source['source']}: {source['what_is_wrong']}"))
        if found["broken"]:
            click.echo()
            show(found["broken"], {"source": "source", "state": "state", "since": "since", "what_is_wrong": "what is wrong"}, False)
    if not found["well"]:
        raise SystemExit(1)


def clock(file: Path | None) -> Callable[[], datetime]:
    """What time it is, in UTC: the machine's, or, for a replay, the ISO 8601 time that stands in a file."""
    if file is None:
        return lambda: datetime.now(UTC)

    def read() -> datetime:
        return datetime.fromisoformat(file.read_text("ascii").strip()).astimezone(UTC)

    try:
        last = read()
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{file} holds no time: {error}. Write one such as 2025-11-30T09:12:00Z") from error

    def now() -> datetime:
        nonlocal last
        with suppress(OSError, ValueError):  # whoever replays is done, or writes it just now
            last = read()
        return last

    return now


COMMANDS = (flags, suspensions, status, extract)
