"""The commands for whoever adds a source, or proves those that there are: ``capture`` and ``sources check``."""

import asyncio
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.printing import as_json, printable
from scrapers.commands import chosen, delayed, sources_option

if TYPE_CHECKING:
    from scrapers.capture import Explored, Fetcher
    from scrapers.fixtures import Kept
    from scrapers.sources import Source


@click.command()
@click.argument("what", metavar="URL|SOURCE")
@sources_option
@click.option(
    "--into",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("tests/fixtures"),
    show_default=True,
    help="Where the fixture goes, in a folder of the source's name.",
)
@click.option("--slug", default="capture", show_default=True, help="What the answer shows, in a word or two: 2025-12-01-SLUG.xml.")
def capture(what: str, records: Sequence[Path], folder: Path, slug: str) -> None:
    """Fetch a site once, propose its record, keep its answer as a test's fixture, and show what is in it.

    With URL: the feed that the page announces, else what stands there itself: feed, channel, JSON, list of articles or one page. Prints a
    record as TOML on standard output, to be corrected (what is a guess says so). With SOURCE: the record is there already.

    \b
    groundstop capture https://www.harbour-air.example/ >> my-sources.toml
    groundstop capture harbour-air-feed --slug storm

    Either way the answer goes to FOLDER/NAME/DATE-SLUG.EXT with where it came from (.origin.toml) and the notices in it (.golden.json), as
    the tests read them. Nothing goes into the database. Exit code 1, also when all is well: somebody has to read what was written.
    """
    from scrapers.capture import fetching
    from scrapers.fixtures import as_golden, golden, keep, origin, write_golden

    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise click.UsageError(f"--slug {slug!r} has to be small letters, digits and hyphens")

    async def fetch() -> "tuple[Source, list[Kept]]":
        async with fetching(delayed()) as fetcher:
            source = await _described(fetcher, what, records) if "://" in what else chosen(records, [what])[what]
            kept = await fetcher.fetch(source)
            for failure in kept.failures:
                click.echo(printable(f"{failure.kind}: {failure.url}: {failure.detail}"), err=True)
            return source, kept.answers

    source, answers = asyncio.run(fetch())
    if not answers:
        raise click.ClickException(f"{source.name} gave no answer to keep")
    from scrapers.answer import Unexpected

    try:
        for file in keep(source, answers, folder, slug):
            try:
                notices = write_golden(file, source)
            except Unexpected as unexpected:
                click.echo(printable(f"{file}: {unexpected.kind}: {unexpected.detail}"), err=True)
                continue
            for notice in as_golden(notices):
                click.echo(as_json(notice), err="://" in what)
            written = ", ".join(str(one) for one in (file, origin(file), golden(file)))
            click.echo(f"for review: {len(notices)} notice{'' if len(notices) == 1 else 's'} in {written}", err=True)
    except OSError as error:
        raise click.ClickException(f"the answer cannot be kept: {error}. Name another folder with --into") from error
    sys.exit(1)


async def _described(fetcher: "Fetcher", url: str, records: Sequence[Path]) -> "Source":
    """The source of a proposed record, which is printed."""
    from pipelines.proposing import propose
    from scrapers.capture import explore
    from scrapers.recognising import probe
    from scrapers.sources import SourceError, parsed

    known = chosen(records, enabled=False, some=False)
    try:
        probe(url)
    except SourceError as error:
        raise click.UsageError("; ".join(f"{one.problem}; {one.remedy}" for one in error.problems)) from error
    seen: Explored = await explore(fetcher, url)
    if seen.answer is None or seen.found is None:
        remedy = "Where a redirect leads elsewhere, name that address; a page that is made in the browser cannot be read"
        raise click.ClickException(f"{printable(seen.trouble)}. {remedy}")
    if twin := next((source for source in known.values() if seen.answer.url in source.addresses), None):
        remedy = f"`groundstop capture {twin.name}` keeps its answer"
        raise click.UsageError(f"{twin.name} in {twin.file} reads {seen.answer.url} already; {remedy}")
    proposal = propose(seen.answer.url, seen.title, seen.found, probe(seen.answer.url), known, datetime.now(UTC))
    click.echo(proposal.toml)
    for other in seen.others:
        click.echo(printable(f"the page announces another feed: {other}"), err=True)
    return parsed(proposal.table, "the proposed record")
