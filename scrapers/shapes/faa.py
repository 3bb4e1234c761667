"""The FAA's page of prohibitions, restrictions and notices: one notice for each document that it lists.

Sections are the ``h2`` (a country, a region) after the one about acronyms; a line is a list item with the document's number,
title and link. A document that stands under several countries is one notice with all of them.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from scrapers.answer import Answer, Unexpected
from scrapers.base import SourceSpider
from scrapers.fields import joined
from scrapers.notice import Notice
from scrapers.run import Run
from scrapers.shapes.content import select, tree, words

if TYPE_CHECKING:
    from scrapers.sources import Source

_NUMBER = re.compile(r"\b(?:KICZ\s+NOTAM\s+(?P<notam>[A-Z]\d{4}/\d\d)|(?:SFAR\)?)\s+(?:No\.\s*)?(?P<sfar>\d+))")
_FILE_TYPE = re.compile(r"\s*\(\s*PDF\s*\)\s*$")
_INSIDE_BRACKETS = re.compile(r"\(\s+|\s+\)")


class FaaSpider(SourceSpider):
    def read(self, answer: Answer, run: Run) -> Iterable[Notice]:
        return notices(answer, self.source)


def notices(answer: Answer, source: "Source") -> list[Notice]:
    """One notice for each document. Raises ``Unexpected`` where the page has no such sections."""
    found: dict[str, Notice] = {}
    section = None
    for element in select(tree(answer), "h2, li"):
        if element.tag == "h2":
            line = words(element)
            section = "" if "acronyms are used" in line else None if section is None or _outside(element) else line
        elif section:
            _add(element, section, answer.url, source, found)
    if not found:
        raise Unexpected("not_expected", "no section with a document on the page")
    return list(found.values())


def _outside(heading: Any) -> bool:
    """The footer has headings of the same kind."""
    return any(up.tag == "footer" for up in heading.iterancestors())


def _add(line: Any, section: str, base: str, source: "Source", found: dict[str, Notice]) -> None:
    title = _FILE_TYPE.sub("", _INSIDE_BRACKETS.sub(lambda match: match[0].strip(), words(line)))
    hrefs = [href for href in select(line, "a::attr(href)") if not href.startswith("#")]
    url = joined(base, hrefs[0].replace(" ", "%20")) if hrefs else base
    number = _NUMBER.search(title)
    if number:
        key = f"KICZ {number['notam']}" if number["notam"] else f"SFAR {number['sfar']}"
    elif hrefs:
        key = url
    else:
        return
    if key in found:
        sections = found[key].fields["sections"]
        if section not in sections:
            sections.append(section)
            found[key].text = f"Listed under: {', '.join(sections)}."
        return
    found[key] = Notice(
        source=source.name,
        key=key,
        url=url,
        title=title,
        text=f"Listed under: {section}.",
        fields={"number": key if number else "", "title": title, "sections": [section]},
    )
