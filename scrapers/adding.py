"""The commands for whoever adds a source, or proves those that there are: ``capture`` and ``sources check``."""

import asyncio
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag

import click

from pipelines.printing import as_json, printable
from scrapers.commands import chosen, delayed, sources_option

if TYPE_CHECKING:
    from scrapy.http import Request, Response

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
@click.option("--name", help="With URL: the source's name, a slug. By default it is made from the host.")
@click.option("--slug", default="capture", show_default=True, help="What the answer shows, in a word or two: 2025-12-01-SLUG.xml.")
def capture(what: str, records: Sequence[Path], folder: Path, name: str | None, slug: str) -> None:
    """Fetch a site once, propose its record, keep its answer as a test's fixture, and show what is in it.

    With URL: the feed that the page announces, else what stands there itself: feed, channel, JSON, list of articles or one page. Prints a
    record as TOML on standard output, to be corrected (what is a guess says so). With SOURCE: the record is there already.

    \b
    groundstop capture https://www.harbour-air.example/ --name harbour-air >> my-sources.toml
    groundstop capture harbour-air --slug storm

    Either way the answer goes to FOLDER/NAME/DATE-SLUG.EXT with where it came from (.origin.toml) and the notices in it (.golden.json), as
    the tests read them. Nothing goes into the database. Exit code 1, also when all is well: somebody has to read what was written.
    """
    from scrapers.capture import fetching
    from scrapers.fixtures import as_golden, golden, keep, origin, write_golden

    for option, value in (("--slug", slug), ("--name", name or "any")):
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
            raise click.UsageError(f"{option} {value!r} has to be small letters, digits and hyphens")
    if name and "://" not in what:
        raise click.UsageError(f"--name names a new source; {what!r} has its name")

    async def fetch() -> "tuple[Source, list[Kept]]":
        async with fetching(delayed()) as fetcher:
            source = await _described(fetcher, what, records, name) if "://" in what else chosen(records, [what])[what]
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


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@sources_option
@click.option("--json", "as_json_", is_flag=True, help="Print JSON, for programs.")
def check(names: Sequence[str], records: Sequence[Path], as_json_: bool) -> None:
    """Fetch sources live and hold them against their records: all that are enabled, or those that are named. Stores nothing.

    Prints what would be stored, with the events that each notice would state, and every expectation that fails: an answer at all, enough
    items, not too long a silence, no redirect, the language, dates that can be read and are not ahead of now, letters that are whole,
    titles that differ. Sources are read at once, those of one host one after the other, as politely as the service is. Exit code 1 when
    an expectation of any fails.

    \b
    groundstop sources check                      prove the whole catalogue
    groundstop sources check ator-feed --json     one, in full
    """
    from pipelines.checking import Checked, report
    from scrapers.rounds import each_once
    from scrapers.watch import Crawl

    sources = chosen(records, names)
    checked = {name: Checked(source, datetime.now(UTC)) for name, source in sources.items()}

    def answered(response: "Response", request: "Request") -> None:
        source = sources.get(request.cb_kwargs["run"].source.name) if "run" in request.cb_kwargs else None
        if source is not None and request.cb_kwargs["asked"] == source.url and urldefrag(source.url).url != response.url:
            checked[source.name].led_to = response.url

    async def read() -> None:
        crawl = Crawl(store=checked, pipelines={"pipelines.checking.Keeper": 300}, settings=delayed(), answered=answered)
        with click.progressbar(length=len(sources), label="checking", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
            await crawl.start()
            try:
                for run in await each_once(crawl, sources.values(), lambda run: bar.update(1)):
                    checked[run.source.name].run = run
            finally:
                await crawl.stop()

    asyncio.run(read())
    rows = [report(one) for one in checked.values()]
    if as_json_:
        click.echo(as_json(rows, indent=1))
    else:
        _show(rows)
    if any(row["failed"] for row in rows):
        sys.exit(1)


def _show(rows: Sequence[Mapping[str, Any]]) -> None:
    """For a person: each source, what is wrong with it, and what it would store; what is wrong once more at the end."""
    from pipelines.checking import stated

    for row in rows:
        click.echo(printable(f"{row['source']}: {row['verdict']}, {row['said']}"))
        for failed in row["failed"]:
            click.echo(f"  {click.style('FAILS', bold=True)} {failed['expectation']}: {printable(failed['said'])}")
        for notice in row["notices"]:
            click.echo(printable(f"  {notice['published'] or 'no date':20}  {notice['title'] or notice['url']}"))
            for event in notice["events"]:
                click.echo(printable(f"      {stated(event)}"))
    wrong = [row for row in rows if row["failed"]]
    notices = [notice for row in rows for notice in row["notices"]]
    counted = f"{len(notices)} notices, {sum(bool(notice['events']) for notice in notices)} with events"
    click.echo(f"\nsources: {len(rows)}; {counted}; {len(wrong)} not as expected" + (":" if wrong else ""))
    for row in wrong:
        click.echo(printable(f"  {row['source']}: " + "; ".join(f"{one['expectation']}: {one['said']}" for one in row["failed"])))


async def _described(fetcher: "Fetcher", url: str, records: Sequence[Path], name: str | None) -> "Source":
    """The source of a proposed record, which is printed."""
    from pipelines.proposing import propose
    from scrapers.capture import explore
    from scrapers.recognising import probe
    from scrapers.sources import SourceError, parsed

    known = chosen(records, enabled=False, some=False)
    if name in known:
        raise click.UsageError(f"{name} is the name of a source in {known[name].file}; choose another")
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
    proposal = propose(seen.answer.url, seen.title, seen.found, probe(seen.answer.url), known, datetime.now(UTC), name)
    click.echo(proposal.toml)
    for other in seen.others:
        click.echo(printable(f"the page announces another feed: {other}"), err=True)
    return parsed(proposal.table, "the proposed record")
