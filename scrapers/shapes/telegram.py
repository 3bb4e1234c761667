"""The public preview of a Telegram channel, t.me/s/NAME: one notice for each post that has words."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from scrapers.answer import Answer, Unexpected
from scrapers.base import SourceSpider
from scrapers.notice import Notice
from scrapers.run import Run
from scrapers.shapes.content import select, strip, tree, words

if TYPE_CHECKING:
    from scrapers.sources import Source

LONGEST_TITLE = 250
"""Characters. A post has no title: its first line serves, where it is short enough and not all of the post."""


class Posts(NamedTuple):
    notices: list[Notice]
    wordless: int
    """Photos, videos and service messages: entries that hold nothing to read."""


class TelegramSpider(SourceSpider):
    def read(self, answer: Answer, run: Run) -> Iterable[Notice]:
        found = posts(answer, self.source)
        run.entries += found.wordless
        return found.notices


def posts(answer: Answer, source: "Source") -> Posts:
    """The posts of the preview, oldest first. Raises ``Unexpected`` where the channel shows none.

    A channel that restricts saving, or is marked as sensitive, leads from /s/NAME to /NAME, which has no posts.
    """
    if "/s/" in urlsplit(source.url).path and "/s/" not in urlsplit(answer.url).path:
        raise Unexpected("blocked", f"the channel hides its posts: led to {answer.url}")
    messages = select(tree(answer), "[data-post]")
    if not messages:
        raise Unexpected("not_expected", "a page without posts")
    notices = [notice for message in messages if (notice := _post(message, source)) is not None]
    return Posts(notices, len(messages) - len(notices))


def _post(message: Any, source: "Source") -> Notice | None:
    """None for a post without words of its own."""
    key = message.get("data-post")
    # The quoted post has the same class, and a text may stand in a second element of its class: the outermost that is no quote.
    texts = [
        element
        for element in select(message, ".js-message_text, .tgme_widget_message_text")
        if "js-message_reply_text" not in (element.get("class") or "")
        and not any("reply" in (up.get("class") or "") or "js-message_text" in (up.get("class") or "") for up in _between(element, message))
    ]
    if not texts or "service_message" in (message.get("class") or ""):
        return None
    for element in texts:
        strip(element, source, frame=False)
        for line_break in element.iter("br"):
            line_break.tail = "\n" + (line_break.tail or "")
    lines = [" ".join(line.split()) for element in texts for line in "".join(element.itertext()).split("\n")]
    lines = [line for line in lines if line]
    if not lines:
        return None
    title = lines.pop(0) if len(lines[0]) <= LONGEST_TITLE else ""
    times = select(message, ".tgme_widget_message_date time::attr(datetime)")
    forwarded = select(message, ".tgme_widget_message_forwarded_from_name")
    return Notice(
        source=source.name,
        key=key,
        url=f"https://t.me/{key}",
        title=title,
        text="\n".join(lines),
        published=times[-1] if times else "",
        fields={"forwarded_from": words(forwarded[0])} if forwarded else {},
    )


def _between(element: Any, outer: Any) -> Iterable[Any]:
    """The elements around ``element`` inside of ``outer``."""
    for up in element.iterancestors():
        if up is outer:
            return
        yield up
