"""The FAA's page of prohibitions, restrictions and notices: one notice for each document that it lists.

Sections are the ``h2`` (a country, a region) after the one about acronyms; a line is a list item with the document's number,
title and link. A document that stands under several countries is one notice with all of them.
"""

import re
from collections import defaultdict
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
LONGEST = 2_000
"""Characters of a title or a heading that are read."""
_FILE_TYPE = re.compile(r"\s*\(\s*PDF\s*\)\s*$")
_INSIDE_BRACKETS = re.compile(r"\(\s+|\s+\)")


class FaaSpider(SourceSpider):
    def read(self, answer: Answer, run: Run) -> Iterable[Notice]:
        return notices(answer, self.source)


def notices(answer: Answer, source: "Source") -> list[Notice]:
    """One notice for each document. Raises ``Unexpected`` where the page has no such sections."""
    found: dict[str, Notice] = {}
    listed: defaultdict[str, dict[str, None]] = defaultdict(dict)
    """Sections by the notice's key, in their order."""
    section = None
    for element in select(tree(answer), "h2, li"):
        if element.tag == "h2":
            line = words(element, LONGEST)
            section = "" if "acronyms are used" in line else None if section is None or _outside(element) else line
        elif section:
            notice = _document(element, answer.url, source)
            if notice:
                listed[found.setdefault(notice.key, notice).key][section] = None
    if not found:
        raise Unexpected("not_expected", "no section with a document on the page")
    for key, notice in found.items():
        notice.fields["sections"] = list(listed[key])
        notice.text = f"Listed under: {', '.join(listed[key])}."
    return list(found.values())


def _outside(heading: Any) -> bool:
    """The footer has headings of the same kind."""
    return any(up.tag == "footer" for up in heading.iterancestors())


def _document(line: Any, base: str, source: "Source") -> Notice | None:
    """The notice of a line of a section, its sections not yet known; None where the line names no document."""
    title = _FILE_TYPE.sub("", _INSIDE_BRACKETS.sub(lambda match: match[0].strip(), words(line, LONGEST)))
    hrefs = [href for href in select(line, "a::attr(href)") if not href.startswith("#")]
    url = joined(base, hrefs[0].replace(" ", "%20")) if hrefs else base
    number = _NUMBER.search(title)
    if number:
        key = f"KICZ {number['notam']}" if number["notam"] else f"SFAR {number['sfar']}"
    elif hrefs:
        key = url
    else:
        return None
    return Notice(source=source.name, key=key, url=url, title=title, text="", fields={"number": key if number else "", "title": title})
