"""The table of sources in ``data/README.md``, made from the records: ``make sources-table``."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from scrapers.sources import DEFAULT, Source, load

README = DEFAULT.parent / "README.md"
BEGIN, END = "<!-- make sources-table: from here -->\n", "<!-- to here -->\n"

HEAD = """| name | what it is | kind | country | language | shape | every | known |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def filled(text: str, sources: Mapping[str, Source]) -> str:
    """``text`` with the tables of ``sources`` between its two marks. Raises ValueError where it has none."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{README} lacks the marks {BEGIN.strip()!r} and {END.strip()!r}: put them where the tables go")
    return f"{before}{BEGIN}\n{tables(sources.values())}\n{END}{after}"


def tables(sources: Iterable[Source]) -> str:
    """The sources that are read, then those that are not, with what is missing; in Markdown, by name."""
    ordered = sorted(sources, key=lambda source: (source.kind, source.name))
    read, waiting = [s for s in ordered if s.enabled], [s for s in ordered if not s.enabled]
    countries = len({source.country for source in read if source.country})
    languages = len({source.lang for source in read if source.lang})
    return (
        f"{len(read)} sources are read, of {countries} countries and in {languages} languages.\n\n"
        + HEAD
        + "".join(_row(source, _span(source.every)) for source in read)
        + f"\n{len(waiting)} more are records that wait for what is missing; they can be named to `groundstop once` all the same.\n\n"
        + HEAD.replace(" every ", " missing ")
        + "".join(_row(source, source.missing) for source in waiting)
    )


def _row(source: Source, last: str) -> str:
    cells = (source.name, f"[{source.title}]({source.url})", source.kind, source.country, source.lang, source.shape, last, source.known)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _span(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def main() -> None:
    README.write_text(filled(README.read_text("utf-8"), load()), "utf-8")


if __name__ == "__main__":
    main()
