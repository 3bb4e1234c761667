"""The catalogue from end to end: each fixture served on loopback where its record looks for it, and one round of the real service."""

import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scrapers.fixtures import body
from scrapers.recording import Recording
from scrapers.replay import Replay
from scrapers.sources import DEFAULT, Source
from tests.test_catalogue import ENABLED, fixtures

ROOT = Path(__file__).resolve().parent.parent
PROVEN = [source for source in ENABLED if fixtures(source)]
"""The others fail in ``test_catalogue``."""


def lay_out(source: Source, site: Path) -> None:
    """The source's answers in ``site``, at the paths of its addresses."""
    answers = {urlsplit(url).path: [path for path in fixtures(source) if ".article." not in path.name][-1] for url in source.addresses}
    for path in fixtures(source):
        if ".article." in path.name:
            answers[f"{urlsplit(source.url).path}/{path.name.removesuffix('.article.html')[len('2025-12-01-') :]}"] = path
    for address, answer in answers.items():
        place = site / address.strip("/") / "index.html"
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.shape == "gdelt":
            packed, name = body(answer), f"20251201101500{''.join(answer.suffixes)}.zip".lower()
            (place.parent.parent / name).write_bytes(packed)
            line = f"{len(packed)} {hashlib.md5(packed).hexdigest()} http://data.gdeltproject.org/gdeltv2/{name}\n"
            place.write_text(f"1 {'0' * 32} http://data.gdeltproject.org/gdeltv2/20251201101500.export.CSV.zip\n{line}")
        else:
            place.write_bytes(answer.read_bytes())


def records(replay: Replay) -> str:
    """The records of the proven sources with the addresses of the replay. A fixture is shorter than a healthy answer: one entry will do."""
    names, kept = {source.name for source in PROVEN}, []
    for file in sorted(DEFAULT.glob("*.toml")):
        for record in re.split(r"(?m)^(?=\[\[source\]\])", file.read_text("utf-8"))[1:]:
            name = re.search(r'^name = "(.+)"', record, re.M)
            assert name
            if name[1] not in names:
                continue
            record = at(f"http://{replay.addresses[name[1]]}:{replay.port}", record)
            kept.append(re.sub(r"(?m)^items = \d+", "items = 1", record))
    return "".join(kept)


def at(here: str, record: str) -> str:
    """A record whose addresses begin with ``here`` instead of their own hosts."""
    return re.sub(r"(?ms)^(?:url = [^\n]*|also = \[.*?\])", lambda field: re.sub(r'"https?://[^/"]+', f'"{here}', field[0]), record)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The database after one round, and each source's verdict."""
    folder = tmp_path_factory.mktemp("catalogue")
    for source in PROVEN:
        lay_out(source, folder / "site" / source.name)
    keys = {variable: "a-key-of-this-test" for source in PROVEN for variable in source.headers.values()}
    with Replay(Recording.folder(folder / "site")) as replay:
        (folder / "sources.toml").write_text(records(replay), "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "scheduler", "once", "--json", "--db", "groundstop.db", "--sources", "sources.toml"],
            cwd=folder,
            env={**os.environ, **keys, "GROUNDSTOP_DELAY": "0", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    return folder / "groundstop.db", {row["source"]: f"{row['verdict']}: {row['said']}" for row in json.loads(done.stdout)}


def test_every_proven_source_is_well(database: tuple[Path, dict[str, str]]) -> None:
    _, verdicts = database
    assert set(verdicts) == {source.name for source in PROVEN}
    assert {name: said for name, said in verdicts.items() if said.split(":")[0] not in ("ok", "empty_ok")} == {}


def test_every_proven_source_stores_notices(database: tuple[Path, dict[str, str]]) -> None:
    file, _ = database
    with closing(sqlite3.connect(file)) as stored:
        counted = dict(stored.execute("SELECT source, count(*) FROM notices GROUP BY source"))
        problems = stored.execute("SELECT problem FROM versions WHERE problem IS NOT NULL").fetchall()
    assert [source.name for source in PROVEN if not counted.get(source.name)] == []
    assert problems == []
