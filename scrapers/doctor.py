"""``groundstop doctor``: the checks of ``pipelines.doctor``, with the records of the sources beside the database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from pipelines import doctor as checks
from pipelines import printing
from pipelines.commands import clock, clock_option, database_option, entry, explained, json_option
from scrapers.commands import chosen, sources_option

COLOURS = {checks.OK: "green", checks.WARNING: "yellow", checks.TROUBLE: "red"}


@click.command()
@database_option
@sources_option
@clock_option
@click.option("--full", is_flag=True, help="Read every page and index of the file: minutes for gigabytes.")
@json_option
@explained
def doctor(path: Path, records: Sequence[Path], clock_file: Path | None, full: bool, as_json: bool) -> None:
    """Examine the file, the sources, the clock, the schedule and the last rounds, and say what to do.

    Writes nothing, and may run beside the service. Exit code 1 when there is trouble; warnings alone are no trouble.
    """
    from pipelines import report
    from pipelines.storage.database import StoreError

    found: list[checks.Finding] = []
    try:
        watched = chosen(records, some=False)
    except click.ClickException as error:
        watched = {}
        found.append(checks.Finding("records", checks.TROUBLE, error.format_message(), "Mend the record: nothing is read until then."))
    try:
        with report.reading(path) as database:
            keyless = [name for name, source in watched.items() if source.keyless]
            facts = checks.Facts(path, database, datetime.now(UTC), clock(clock_file)(), list(watched), keyless, full)
            found += checks.examine(facts)
    except StoreError as error:
        found.append(checks.unreadable(error))
    if as_json:
        click.echo(printing.as_json([finding._asdict() for finding in found], indent=1))
    else:
        for finding in found:
            head = f"{finding.check:9} {finding.state:8} "
            coloured = head.replace(finding.state, click.style(finding.state, fg=COLOURS[finding.state]))
            click.echo(entry(head, finding.said, (finding.remedy,) if finding.remedy else ()).replace(head, coloured, 1))
    if any(finding.state == checks.TROUBLE for finding in found):
        raise SystemExit(1)
