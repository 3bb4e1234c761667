"""The replay server: real HTTP on loopback, moments, validators, refusals."""

import http.client
import os
import re
from pathlib import Path

import pytest

from scrapers.recording import Recording, RecordingError
from scrapers.replay import Replay

MOMENTS = """
[[moments]]
name = "calm"
time = 2025-11-20T09:00:00Z
title = "An ordinary day"

[[moments]]
name = "storm"
time = 2025-11-21T06:30:00Z
title = "It begins"
polls = 3
[moments.status]
"press/feed.rss" = 503

[[moments]]
name = "after"
time = 2025-11-23T18:00:00Z
title = "And passes"
"""

FEED = """<rss><channel>
@@ from storm
<item>new</item>
@@ until after
<item>old</item>
@@
</channel></rss>
"""

ALERT = """<p>{{turn: Sale! | Earn miles }}</p><input value="{{token}}"><h1>Alerts</h1>
@@ from storm until after
<p>Suspended.</p>
@@
<p>Updated {{now}}</p>
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "moments.toml": MOMENTS,
        "site/airline/alerts/index.html": ALERT,
        "site/airline/robots.txt": "User-agent: *\nDisallow: /book\n",
        "site/press/feed.rss": FEED,
        "site/press/news/storm": "@@ from storm\n<h1>Storm</h1>\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def get(replay: Replay, path: str, host: str = "", method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body. The path goes out exactly as given: no client tidies its dots away."""
    connection = http.client.HTTPConnection(str(replay.addresses[host]), replay.port, timeout=5)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read().decode()
    finally:
        connection.close()


def test_each_host_answers_at_its_own_address_and_the_whole_tree_at_the_first(folder: Path) -> None:
    with Replay(Recording.load(folder)) as replay:
        assert {host: str(address) for host, address in replay.addresses.items()} == {
            "": "127.0.0.1",
            "airline": "127.0.0.2",
            "press": "127.0.0.3",
        }
        assert get(replay, "/robots.txt", "airline")[2].startswith("User-agent")
        assert get(replay, "/robots.txt", "press")[0] == 404
        assert get(replay, "/press/feed.rss")[2] == get(replay, "/feed.rss?utm_source=x", "press")[2]
        filled = 'url = "http://press.demo/feed.rss"  # http://press.demonstration/'
        assert replay.fill(filled) == f'url = "http://127.0.0.3:{replay.port}/feed.rss"  # http://press.demonstration/'


def test_a_moment_changes_what_is_told_and_the_clock(folder: Path, tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    with Replay(Recording.load(folder), clock) as replay:
        assert clock.read_text().strip() == "2025-11-20T09:00:00+00:00"
        assert re.findall("<item>(.*)</item>", get(replay, "/feed.rss", "press")[2]) == ["old"]
        assert get(replay, "/news/storm", "press")[0] == 404

        moment = replay.advance()
        assert moment is not None and (moment.name, moment.polls) == ("storm", 3)
        assert clock.read_text().strip() == "2025-11-21T06:30:00+00:00"
        assert get(replay, "/feed.rss", "press")[::2] == (503, "503 Service Unavailable\n")
        assert get(replay, "/news/storm", "press")[2] == "<h1>Storm</h1>\n"
        assert "Suspended" in get(replay, "/alerts/", "airline")[2]

        assert replay.advance() is not None
        assert re.findall("<item>(.*)</item>", get(replay, "/feed.rss", "press")[2]) == ["new"]
        assert "Suspended" not in get(replay, "/alerts", "airline")[2]
        assert replay.advance() is None
        assert replay.moment.name == "after"


def test_an_unchanged_resource_answers_304_by_etag_or_date_until_it_changes(folder: Path) -> None:
    with Replay(Recording.load(folder)) as replay:
        replay.advance()
        replay.advance()
        status, headers, _ = get(replay, "/feed.rss", "press")
        assert status == 200
        assert headers["Last-Modified"] == "Sun, 23 Nov 2025 18:00:00 GMT"
        assert headers["Content-Type"] == "application/rss+xml; charset=utf-8"
        status, again, body = get(replay, "/feed.rss", "press", If_None_Match=headers["ETag"])
        assert (status, body, again["ETag"]) == (304, "", headers["ETag"])
        assert get(replay, "/feed.rss", "press", If_None_Match=f'"other", W/{headers["ETag"]}')[0] == 304
        assert get(replay, "/feed.rss", "press", If_Modified_Since=headers["Last-Modified"])[0] == 304
        assert get(replay, "/feed.rss", "press", If_Modified_Since="Fri, 21 Nov 2025 06:30:00 GMT")[0] == 200
        assert get(replay, "/feed.rss", "press", If_Modified_Since="yesterday")[0] == 200
        # The tag decides where both are sent: the date alone would say "unchanged".
        assert get(replay, "/feed.rss", "press", If_None_Match='"other"', If_Modified_Since=headers["Last-Modified"])[0] == 200


def test_what_stands_still_keeps_its_date_over_moments(folder: Path) -> None:
    with Replay(Recording.load(folder)) as replay:
        _, before, _ = get(replay, "/robots.txt", "airline")
        replay.advance()
        replay.advance()
        assert get(replay, "/robots.txt", "airline", If_None_Match=before["ETag"])[0] == 304
        assert get(replay, "/robots.txt", "airline")[1]["Last-Modified"] == "Thu, 20 Nov 2025 09:00:00 GMT"


def test_a_page_that_changes_with_each_request_promises_no_validator(folder: Path) -> None:
    with Replay(Recording.load(folder)) as replay:
        answers = [get(replay, "/alerts/", "airline") for _ in range(3)]
    bodies = [body for _, _, body in answers]
    assert all("ETag" not in headers and "Last-Modified" not in headers for _, headers, _ in answers)
    assert [("Sale!" in body, "Earn miles" in body) for body in bodies] == [(True, False), (False, True), (True, False)]
    assert len({re.findall('value="([0-9a-f]{40})"', body)[0] for body in bodies}) == 3
    assert [re.findall("Updated (.*)</p>", body) for body in bodies] == [[f"20 November 2025, 09:00:0{n} UTC"] for n in range(3)]


def test_polls_are_counted_per_resource_since_the_moment_began(folder: Path) -> None:
    with Replay(Recording.load(folder)) as replay:
        feed = replay.fill("http://press.demo/feed.rss")
        _, headers, _ = get(replay, "/feed.rss", "press")
        get(replay, "/feed.rss", "press", If_None_Match=headers["ETag"])
        get(replay, "/press/feed.rss", method="HEAD")
        get(replay, "/nothing", "press")
        assert replay.polls == {"press/feed.rss": 3}
        assert replay.asked(feed) == 3
        replay.advance()
        assert replay.asked(feed) == 0
        assert replay.asked("http://127.0.0.9/feed.rss") == 0


def test_a_head_request_gets_the_headers_alone(folder: Path) -> None:
    with Replay(Recording.load(folder)) as replay:
        status, headers, body = get(replay, "/feed.rss", "press", method="HEAD")
        assert (status, body, headers["Content-Length"]) == (200, "", str(len(get(replay, "/feed.rss", "press")[2])))


@pytest.mark.parametrize(
    "path", ["/../moments.toml", "/../../moments.toml", "/%2e%2e/moments.toml", "/..%2fmoments.toml", "//etc/passwd", "/link"]
)
def test_nothing_outside_the_site_is_served(folder: Path, path: str) -> None:
    os.symlink(folder / "moments.toml", folder / "site/press/link")
    with Replay(Recording.load(folder)) as replay:
        assert get(replay, path)[0] == 404
        assert get(replay, path, "press")[0] == 404


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.5", "8.8.8.8", "127.255.255.255"])
def test_it_binds_loopback_only(folder: Path, address: str) -> None:
    with pytest.raises(ValueError, match=r"loopback"):
        Replay(Recording.load(folder), address=address)


def test_a_port_that_is_taken_is_told_and_leaves_nothing_open(folder: Path) -> None:
    with Replay(Recording.load(folder)) as first:
        second = Replay(Recording.load(folder), address="127.0.0.2", port=first.port)
        with pytest.raises(OSError, match="in use"):
            second.start()
        assert get(first, "/robots.txt", "airline")[0] == 200
    with Replay(Recording.load(folder), port=first.port) as again:
        assert get(again, "/robots.txt", "airline")[0] == 200


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("moments.toml", "moments = []", "at least one moment"),
        ("moments.toml", MOMENTS.replace("2025-11-21", "2025-11-20T01"), "moments.toml"),
        ("moments.toml", MOMENTS.replace("2025-11-21", "2025-11-19"), "later than the one before"),
        ("moments.toml", MOMENTS.replace("polls", "pols"), "pols"),
        ("moments.toml", MOMENTS.replace("feed.rss", "feed.xml"), "press/feed.xml"),
        ("site/press/feed.rss", "a\n@@ form storm\n", r"feed.rss:2"),
        ("site/press/feed.rss", "@@ from strom\n", "no moment is called 'strom'"),
        ("site/press/feed.rss", "\udcff", "UTF-8"),
    ],
)
def test_a_wrong_recording_is_refused_with_its_file_and_reason(folder: Path, file: str, text: str, told: str) -> None:
    (folder / file).write_text(text, "utf-8", "surrogateescape")
    with pytest.raises(RecordingError, match=told):
        Recording.load(folder)


def test_any_folder_is_a_recording_of_one_moment_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "easa").mkdir()
    (tmp_path / "easa/list.json").write_bytes(b'["{{now}}"]\n@@ from here\n')
    with Replay(Recording.folder(tmp_path)) as replay:
        status, headers, body = get(replay, "/list.json", "easa")
        assert (status, headers["Content-Type"], body) == (200, "application/json", '["{{now}}"]\n@@ from here\n')
        assert get(replay, "/easa/list.json", If_Modified_Since=headers["Last-Modified"])[0] == 304
        assert replay.advance() is None
