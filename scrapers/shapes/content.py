"""What the shapes that read pages have in common: an element tree, selectors, and the page without its frame."""

import copy
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lxml import etree
from parsel.csstranslator import HTMLTranslator

from scrapers.answer import Answer, Unexpected

if TYPE_CHECKING:
    from scrapers.sources import Source

FRAME = (
    "script, style, noscript, template, nav, footer, aside, form, iframe, svg, dialog, body > header,"
    " [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=dialog], [role=alertdialog]"
)
"""What stands around the content of a page."""
MAIN = ("main", "[role=main]", "article", "#content", "body")
"""Where the content is, first come first served."""

_CONSENT = re.compile(r"cookie|consent|gdpr", re.I)
_MISSING = re.compile(
    r"\b404\b|not found|can(?:not|['’]t) (?:find|be found)|no longer available|не найдена|nicht gefunden|niet gevonden|introuvable"
    r"|no encontrada|não encontrada|non trovata|bulunamadı",
    re.I,
)

_REFUSED = re.compile(
    r"captcha|access (?:to this page )?(?:has been )?denied|verify(?:ing)? (?:that )?you are (?:a )?human|not a robot|unusual traffic"
    r"|checking your browser|проверка браузера|подтвердите, что вы не робот|доступ (?:временно )?(?:ограничен|запрещ)"
    r"|no eres un robot|je bent geen robot|kein Roboter|pas un robot",
    re.I,
)
_FOR_SALE = re.compile(
    r"(?:buy|purchase) this domain|domain(?: name)? (?:is|may be) for sale|parked (?:free|domain)|domain has expired|this domain is parked"
    r"|домен (?:продаётся|продается|припаркован)|Domain (?:steht|ist) zum Verkauf|domaine est à vendre"
    r"|domein (?:is )?te koop|dominio en venta",
    re.I,
)
_INSTEAD = ((_REFUSED, 1500, "blocked"), (_FOR_SALE, 3000, "gone"))
"""What stands in place of content, in a text of less than so many characters: a long one may tell of such a thing."""

_ILLEGAL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#0*(?:\d|1[124-9]|2\d|3[01]);?(?!\d)|&#x0*(?:[0-8bcef]|1[0-9a-f]);?(?![0-9a-f])", re.I
)
"""Control characters, also written as references: lxml reads them, and refuses to write them back."""


def tree(answer: Answer) -> Any:
    """The root element of a page. Raises ``Unexpected`` for one that is empty, or that says that there is no such page."""
    text = _ILLEGAL.sub(" ", answer.text)
    if not text.strip():
        raise Unexpected("not_expected", "an empty body")
    if text.lstrip().startswith(("{", "[")):
        raise Unexpected("not_expected", "JSON where a page is wanted")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    root = etree.HTML(text.encode("utf-8", "replace"), parser)
    if root is None:
        raise Unexpected("not_expected", "a body without markup")
    for line in (first(root, "title"), first(root, "h1")):
        refuse_missing(line)
        refuse(line)
    return root


def refuse_missing(line: str) -> None:
    """Raises ``Unexpected`` where a short text says that there is no such page: some sites say it with status 200."""
    if len(line) < 300 and _MISSING.search(line):
        raise Unexpected("gone", f"the page says {line!r}")


def refuse(line: str) -> None:
    """Raises ``Unexpected`` where a text wants to know who we are, or says that the domain is for sale: with status 200, too."""
    for pattern, length, kind in _INSTEAD:
        if len(line) < length and pattern.search(line):
            raise Unexpected(kind, f"the page says {line[:200]!r}")


def content(root: Any, source: "Source", selector: str) -> Any:
    """The part of a page that ``selector`` names (the main part where it is empty), without frame and without what the record ignores.

    Raises ``Unexpected`` where the page has no such part.
    """
    found = next((elements[0] for one in ([selector] if selector else MAIN) if (elements := select(root, one))), None)
    if found is None:
        raise Unexpected("not_expected", f"nothing on the page matches {selector!r}")
    part = copy.deepcopy(found)
    part.tail = None
    strip(part, source, frame=not selector)
    return part


def strip(part: Any, source: "Source", *, frame: bool) -> None:
    """Removes from ``part`` what the record ignores, and the page's frame."""
    unwanted = [element for one in (*([FRAME] if frame else ()), *source.ignore) for element in select(part, one)]
    if frame:
        unwanted += [e for e in part.iter("div", "section") if e is not part and _CONSENT.search(f"{e.get('id', '')} {e.get('class', '')}")]
    for element in unwanted:
        remove(element)
    for pattern in source.ignore_text:
        for element in part.iter():
            if isinstance(element.tag, str):
                element.text = pattern.sub(" ", element.text) if element.text else None
                element.tail = pattern.sub(" ", element.tail) if element.tail else None


def remove(element: Any) -> None:
    """Takes an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is None:
            parent.text = (parent.text or "") + element.tail
        else:
            previous.tail = (previous.tail or "") + element.tail
    parent.remove(element)


def select(root: Any, selector: str) -> list[Any]:
    """What a CSS selector finds in ``root``: elements, or texts where it ends in ``::text`` or ``::attr(name)``."""
    return _compiled(selector)(root)


def first(root: Any, selector: str) -> str:
    """The words of the first match on one line, or ""."""
    for found in select(root, selector):
        if line := words(found):
            return line
    return ""


def words(found: Any, most: int | None = None) -> str:
    """The text of an element or of a match, blanks folded; of what is longer than ``most`` characters only about so many: elements that
    lie in each other have all their words in each of them."""
    return " ".join((found if isinstance(found, str) else "".join(_texts(found, most))).split())[:most]


def markup(element: Any) -> str:
    return etree.tostring(element, encoding="unicode", method="html", with_tail=False)


def _texts(element: Any, most: int | None) -> Iterator[str]:
    said = 0
    for text in element.itertext():
        yield text
        yield " "
        said += len(text) + 1
        if most is not None and said > most:
            break


@lru_cache(maxsize=500)
def _compiled(selector: str) -> Any:
    return etree.XPath(HTMLTranslator().css_to_xpath(selector))
