"""The README, held to what is true: its tables and views are those of the file, its queries answer what it says they do."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import click
import pytest

import scheduler

README = (Path(__file__).resolve().parent.parent / "README.md").read_text("utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```\s*```text\n(.*?)```", README, re.S)


def documented(heading: str) -> dict[str, set[str]]:
    """The tables or views below ``heading`` with the columns that their rows name."""
    section = README.split(f"\n{heading}", 1)[1].split("\n\n", 2)[1]
    found = {}
    for row in section.splitlines()[2:]:
        names, _, columns = row.strip("| ").split(" | ", 2)
        for name in re.findall(r"`(\w+)`", names):
            found[name] = set(re.findall(r"`(\w+)`", columns))
    return found


def actual(database: sqlite3.Connection, kind: str) -> dict[str, set[str]]:
    names = [
        name
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = ?", (kind,))
        if not name.startswith(("sqlite_", "_"))
    ]
    return {name: {row[1] for row in database.execute(f"PRAGMA table_info({name})")} for name in names}


def test_every_table_and_view_is_documented_with_its_columns(crisis: Path) -> None:
    with closing(sqlite3.connect(crisis)) as database:
        tables, views = actual(database, "table"), actual(database, "view")
    told = documented("Tables:")
    told["operators"] |= {"kind"}
    told["places"] -= {"kind"}
    assert told == tables
    told = documented("Views, for people:")
    told["suspension_list"] |= told["open_suspensions"]
    assert told == views


def test_there_are_ten_queries() -> None:
    assert len(QUERIES) == 10


@pytest.mark.parametrize(("query", "answer"), QUERIES, ids=[str(number) for number in range(1, len(QUERIES) + 1)])
def test_a_query_answers_what_the_readme_says(crisis: Path, query: str, answer: str) -> None:
    with closing(sqlite3.connect(crisis)) as database:
        rows = database.execute(query).fetchall()
    assert "".join("|".join("" if cell is None else str(cell) for cell in row) + "\n" for row in rows) == answer


def test_every_command_stands_in_the_readme() -> None:
    assert isinstance(scheduler.main, click.Group)
    assert [name for name in scheduler.main.commands if f"`groundstop {name}" not in README] == []
