"""The commands that look after the file: a copy of it, and what need not be kept."""

import sys
from pathlib import Path

import click

from pipelines import printing
from pipelines.commands import clock, clock_option, database_option, explained, json_option

days_option = click.option(
    "--keep-days",
    type=click.IntRange(1, 36_500),
    default=365,
    show_default=True,
    envvar="GROUNDSTOP_KEEP_DAYS",
    help="Raw texts are emptied that no site has shown for so long. Also set by GROUNDSTOP_KEEP_DAYS.",
)
mib_option = click.option(
    "--keep-mib",
    type=click.IntRange(1),
    default=2048,
    show_default=True,
    envvar="GROUNDSTOP_KEEP_MIB",
    help="Beyond so many MiB of them the oldest are emptied. Also set by GROUNDSTOP_KEEP_MIB.",
)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@database_option
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@json_option
@explained
def backup(file: Path, path: Path, force: bool, as_json: bool) -> None:
    """Copy the database to FILE as it is at this instant, while the service goes on writing.

    The copy is compact and checked; FILE gets its name only then, so that it is whole or not there. To restore: stop the service, and
    put FILE in the place of the database, without its -wal and -shm.
    """
    from pipelines import report
    from pipelines.storage.upkeep import MIB
    from pipelines.storage.upkeep import backup as copy

    with report.reading(path) as database:
        if sys.stderr.isatty():
            click.echo(f"copying {path.stat().st_size / MIB:.0f} MiB ...", err=True)
        size = copy(database, path, file, force)
    click.echo(printing.as_json({"file": str(file), "bytes": size}) if as_json else f"{file}: {size / MIB:.1f} MiB, checked")


@click.command()
@database_option
@days_option
@mib_option
@clock_option
@json_option
@explained
def tidy(path: Path, keep_days: int, keep_mib: int, clock_file: Path | None, as_json: bool) -> None:
    """Empty old raw texts, forget runs that brought nothing, and give the room back to the disk.

    The service does so every day by itself. Notices, events with their evidence, suspensions and flags are never touched.
    """
    from pipelines.storage.store import Store
    from pipelines.storage.upkeep import Keep, Tidied

    store = Store(path, clock(clock_file))
    try:
        done = Tidied()
        for done in store.tidy(Keep(keep_days, keep_mib)):
            if sys.stderr.isatty():
                click.echo(f"\r{done}", nl=False, err=True)
        if sys.stderr.isatty():
            click.echo(err=True)
    finally:
        store.close()
    click.echo(printing.as_json(vars(done)) if as_json else str(done))


COMMANDS = (backup, tidy)
