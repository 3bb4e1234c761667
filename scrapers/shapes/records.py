"""A JSON document of records. A record of ours says where the list is and what each field is made of.

A field is a path ("details.country.name", "0" for the first of a list, "$key" for the record's own name where records are a
table), or words with paths in braces ("https://www.gov.uk{base_path}"). What a path does not find is empty.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from scrapers.answer import Answer, Unexpected
from scrapers.base import SourceSpider
from scrapers.fields import Field, flag, table_of, text
from scrapers.notice import Notice
from scrapers.run import Run

if TYPE_CHECKING:
    from scrapers.sources import Source

OPTIONS = {
    "records": Field(text, ""),  # path to the list or table of records; the whole document where it is empty
    "key": Field(text),
    "title": Field(text, ""),
    "text": Field(text, ""),
    "html": Field(text, ""),
    "url": Field(text, ""),
    "published": Field(text, ""),
    "lang": Field(text, ""),
    "whole": Field(flag, False),  # the document is one record
    "fields": Field(table_of(text), {}),  # name and path of what states events by itself, such as { country = "iso", level = "state" }
    "flags": Field(table_of(text), {}),  # path to a yes or no, and the words that it stands for: a line of the text where it is yes
}

ENOUGH = 2
"""Records from which a field that none of them has counts as renamed: one alone may have it empty."""
_BRACES = re.compile(r"\{([^{}]+)\}")
_RECORD_NAME = "$key"


class RecordsSpider(SourceSpider):
    options = OPTIONS

    def read(self, answer: Answer, run: Run) -> Iterable[Notice]:
        return notices(answer, self.source)


def notices(answer: Answer, source: "Source") -> list[Notice]:
    """One notice for each record. Raises ``Unexpected`` where the document is none, or holds no list where one should be."""
    options = source.options
    said = document(answer)
    if options["whole"] and not isinstance(said, dict):
        raise Unexpected("not_expected", "the document is no record")
    found = [said] if options["whole"] else list(_records(said, options["records"]))
    notices = []
    for record in found:
        key = _value(record, options["key"])
        if not key:
            continue
        flags = [words for path, words in options["flags"].items() if _look_up(record, path)]
        notices.append(
            Notice(
                source=source.name,
                key=key,
                url=_value(record, options["url"]) or source.url,
                title=_value(record, options["title"]),
                text="\n".join(filter(None, (_value(record, options["text"]), *flags))),
                html=_value(record, options["html"]),
                published=_value(record, options["published"]),
                lang=_value(record, options["lang"]),
                fields={name: _printed(value) for name, path in options["fields"].items() if (value := _look_up(record, path)) is not None},
            )
        )
    if found and not notices:
        raise Unexpected("parse_error", f"{len(found)} records, none with {options['key']!r}")
    for part in ("title", "text", "html"):
        # Empty texts would look like notices that no longer say anything.
        if options[part] and "{" not in options[part] and len(found) >= ENOUGH and not any(_look_up(r, options[part]) for r in found):
            raise Unexpected("parse_error", f"{len(found)} records, none with {options[part]!r}")
    return notices


def document(answer: Answer) -> Any:
    """The JSON of an answer. Raises ``Unexpected``."""
    text = answer.text.strip()
    if not text.startswith(("{", "[")):
        raise Unexpected("not_expected", f"no JSON: it begins with {text[:60]!r}")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unexpected("parse_error", f"broken JSON: {error}") from None


def _records(document: Any, path: str) -> Iterator[dict[str, Any]]:
    """The records at ``path``: members of a list or of a table that are tables themselves."""
    place = _look_up(document, path) if path else document
    if isinstance(place, list):
        yield from (record for record in place if isinstance(record, dict))
    elif isinstance(place, dict) and any(isinstance(record, dict) for record in place.values()):
        yield from ({**record, _RECORD_NAME: name} for name, record in place.items() if isinstance(record, dict))
    else:  # an empty table is how some services say that they are out of order
        raise Unexpected("not_expected", f"no records at {path!r}" if path else "no records in the document")


def _value(record: dict[str, Any], field: str) -> str:
    if "{" in field:
        return _BRACES.sub(lambda match: _printed(_look_up(record, match[1])), field).strip()
    return _printed(_look_up(record, field)).strip() if field else ""


def _look_up(place: Any, path: str) -> Any:
    """What stands at ``path``, None where nothing does."""
    for step in path.split("."):
        if isinstance(place, dict):
            place = place.get(step)
        elif isinstance(place, list) and step.isdigit() and int(step) < len(place):
            place = place[int(step)]
        else:
            return None
    return place


def _printed(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_printed, value)))
    return "" if value is None or isinstance(value, dict) else str(value)
