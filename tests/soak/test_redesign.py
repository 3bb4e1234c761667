"""A site that was rebuilt: nothing that it said before is taken back, it is broken after three polls, told once, and recovers once."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.loopback import Reply, in_loop
from tests.soak.faulty import QUIET, Stand, stand
from tests.soak.figures import Figures

TAP = "TAP Air Portugal has suspended its flights to Caracas until further notice, and KLM reroutes its own around Venezuela."
KLM = "KLM has suspended its flights to Beirut until 24 December. Passengers may rebook free of charge or ask for their money back."
STORIES = {
    "tap-caracas": ("TAP stops Caracas", TAP),
    "autumn": ("Autumn fares", QUIET),
    "harbour": ("At the harbour", f"{QUIET} So it was last year."),
}
LATER = {"klm-beirut": ("KLM stops Beirut", KLM), **STORIES}
HTML = {"Content-Type": "text/html; charset=utf-8"}


def listing(on: Stand, stories: dict[str, tuple[str, str]], changed: str = "") -> None:
    """A list of links and a page for each story; ``changed``: "list", "half" (of the links are gone), "article" or "header" (the list's
    heading alone is left)."""
    anchors = [f'<li class="story"><a href="/news/{slug}">{title}</a></li>' for slug, (title, _) in stories.items()]
    if changed == "list":
        anchors = [f'<li class="card"><button data-to="{slug}">{title}</button></li>' for slug, (title, _) in stories.items()]
    if changed == "half":
        anchors = anchors[: len(anchors) // 2]
    if changed == "header":
        anchors = []
    on.site.pages["/"] = Reply(f"<html><body><h1>News</h1><ul>{''.join(anchors)}</ul></body></html>".encode(), headers=HTML)
    for slug, (title, text) in stories.items():
        body = f"<div class='text'><p>{text}</p></div>" if changed != "article" else f"<div class='x7-body'><span>{text}</span></div>"
        on.site.pages[f"/news/{slug}"] = Reply(f"<html><body><h1>{title}</h1>{body}</body></html>".encode(), headers=HTML)


LISTING = """items = 2
options.item = "li.story"
options.link = "a"
options.match = '/news/[^?#]+'
options.text = "div.text"
options.recheck = "20m"
"""


def page(on: Stand, stories: dict[str, tuple[str, str]], changed: str = "") -> None:
    """One page with an item for each story; ``changed``: "items" have no ids any more, "expected" is gone."""
    anchor = "" if changed == "expected" else '<div class="alerts-2"></div>'
    items = "".join(
        f'<section class="alert" {"" if changed == "items" else f"id={slug}"}><h2>{title}</h2><p>{text}</p></section>'
        for slug, (title, text) in stories.items()
    )
    on.site.pages["/"] = Reply(f"<html><body><main><h1>Alerts</h1>{anchor}{items}</main></body></html>".encode(), headers=HTML)


PAGE = """options.expect = "div.alerts-2"
options.item = "section.alert"
"""


def document(on: Stand, stories: dict[str, tuple[str, str]], changed: str = "") -> None:
    """``changed``: the name of the field that has another one now."""
    names = {name: f"{name}2" if name == changed else name for name in ("alerts", "id", "headline", "body")}
    records = [{names["id"]: slug, names["headline"]: title, names["body"]: text} for slug, (title, text) in stories.items()]
    content = json.dumps({names["alerts"]: records}).encode()
    on.site.pages["/"] = Reply(content, headers={"Content-Type": "application/json"})


JSON = """options.records = "alerts"
options.key = "id"
options.title = "headline"
options.text = "body"
"""
SITES: dict[str, tuple[Any, str]] = {"listing": (listing, LISTING), "page": (page, PAGE), "json": (document, JSON)}


@pytest.mark.parametrize(
    ("shape", "changed"),
    [
        ("listing", "list"), ("listing", "header"), ("listing", "article"),
        ("page", "items"), ("page", "expected"),
        ("json", "alerts"), ("json", "id"), ("json", "headline"), ("json", "body"),
    ],
)  # fmt: skip
def test_a_site_that_was_rebuilt(tmp_path: Path, figures: Figures, shape: str, changed: str) -> None:
    publish, more = SITES[shape]

    async def story() -> None:
        async with stand(tmp_path) as on:
            source = on.source(on.site.url("/"), shape, more)
            publish(on, {slug: told for slug, told in STORIES.items() if slug != "tap-caracas"})
            assert (await on.poll(source)).success
            publish(on, STORIES)
            assert (await on.poll(source)).success
            on.check(figures, ["new TP"], [])
            before = on.ask("SELECT count(*), max(number) FROM versions")
            publish(on, STORIES, changed)
            for number in range(1, 6):
                verdict = await on.poll(source)
                assert verdict.name in ("parse_error", "empty"), verdict
                assert on.flags() == ["new TP", *(["source_broken stand"] if number >= 3 else [])]
            assert on.ask("SELECT count(*), max(number) FROM versions") == before
            assert on.ask("SELECT count(*) FROM suspensions WHERE state = 'open'") == [(1,)]
            publish(on, LATER)
            for _ in range(2):
                assert (await on.poll(source)).success
            figures.flags(["new TP", "source_broken stand", "source_recovered stand", "new KL"], on.flags())
            figures.faults_tried += 1

    in_loop(story())


def test_half_of_a_list_is_said_to_be_half(tmp_path: Path, figures: Figures) -> None:
    async def story() -> None:
        async with stand(tmp_path) as on:
            source = on.source(on.site.url("/"), "listing", LISTING)
            listing(on, STORIES)
            assert (await on.poll(source)).name == "ok"
            listing(on, STORIES, "half")
            verdict = await on.poll(source)
            assert verdict.name == "partial" and "at least 2" in verdict.said
            assert on.ask("SELECT problem FROM sources") == [(verdict.said,)]
            listing(on, LATER)
            assert (await on.poll(source)).name == "ok"
            on.check(figures, ["new KL"], ["klm-beirut", *STORIES])
            figures.faults_tried += 1

    in_loop(story())


@pytest.mark.parametrize(
    ("name", "body", "verdict"),
    [
        ("a captcha", "<h1>Just a moment</h1><p>Solve the captcha to show that you are not a robot.</p>", "blocked"),
        ("access denied", "<h1>Access denied</h1><p>You have been blocked. Reference number 18.4f2.</p>", "blocked"),
        ("a parked domain", "<h1>airline.example</h1><p>Buy this domain today! Flights, hotels, insurance.</p>", "gone"),
        ("a shell", "<div id='app'></div>", "parse_error"),
        ("maintenance", "<h1>Back soon</h1>", "parse_error"),
        ("not found", "<h1>Page not found</h1><p>We moved. Try our start page, or search for what you wanted to read.</p>", "gone"),
    ],
)  # fmt: skip
def test_what_stands_in_place_of_an_alert_page_with_status_200(
    tmp_path: Path, figures: Figures, name: str, body: str, verdict: str
) -> None:
    """The page is one notice, edited in place: another page in its place must not look like an edition that takes everything back."""

    async def story() -> None:
        async with stand(tmp_path) as on:
            source = on.source(on.site.url("/"), "page")
            for text in (QUIET, TAP):
                on.site.pages["/"] = Reply(f"<html><body><main><h1>Alerts</h1><p>{text}</p></main></body></html>".encode(), headers=HTML)
                assert (await on.poll(source)).name == "ok"
            on.site.pages["/"] = Reply(f"<html><body><main>{body}</main></body></html>".encode(), headers=HTML)
            for _ in range(4):
                assert (await on.poll(source)).name == verdict
            on.site.pages["/"] = Reply(f"<html><body><main><h1>Alerts</h1><p>{TAP}</p></main></body></html>".encode(), headers=HTML)
            assert (await on.poll(source)).success
            figures.flags(["new TP", "source_broken stand", "source_recovered stand"], on.flags())
            figures.faults_tried += 1

    in_loop(story())
