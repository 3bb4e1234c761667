"""``make bench``: what groundstop costs, as ratios to bare Scrapy measured in the same minute. ``--json`` for programs."""

import json
import sys
from collections.abc import Callable, Iterator

from tests.bench import measure
from tests.bench.site import address

Row = tuple[str, str, str, bool]
"""What was measured, its target, what came out, and whether that meets it."""


def polls(port: int) -> Iterator[Row]:
    urls = [f"{address(number, port)}/feed/{number}/10.xml" for number in range(300)]
    bare, ours = measure.run("tests.bench.bare", "fetch", *urls), measure.run("tests.bench.ours", "polls", str(port))
    ratio = ours["cpu"] / bare["cpu"]
    each, baseline = ours["cpu"] / 300 * 1000, bare["cpu"] / 300 * 1000
    yield "unchanged poll, CPU against bare Scrapy", "<= 2.0 x", f"{ratio:.2f} x", ratio <= 2
    yield "unchanged poll, CPU each", "<= 3 ms", f"{each:.1f} ms (bare Scrapy {baseline:.1f} ms)", each <= 3


def ingest(port: int) -> Iterator[Row]:
    urls = [f"{address(number, port)}/list/{number}/25" for number in range(200)]
    bare, ours = measure.run("tests.bench.bare", "articles", *urls), measure.run("tests.bench.ours", "ingest", str(port))
    ratio = bare["wall"] / ours["wall"]
    rates = f"{5000 / ours['wall']:.0f} against {5000 / bare['wall']:.0f} pages a second"
    said = f"{ratio:.2f} x ({rates}; CPU {ours['cpu'] / bare['cpu']:.2f} x)"
    yield "5,000 new notices to flags, pages a second against bare Scrapy", ">= 0.4 x", said, ratio >= 0.4


def extraction(port: int) -> Iterator[Row]:
    figures = measure.run("tests.bench.extraction")
    rate = figures["notices"] / figures["cpu"]
    yield f"extraction of {figures['words']:.0f} words", ">= 300 notices per CPU second", f"{rate:.0f}", rate >= 300
    yield "extraction, loading", "<= 1 CPU second", f"{figures['loading']:.2f} s, {figures['loaded_mib']:.0f} MiB", figures["loading"] <= 1


def million(port: int) -> Iterator[Row]:
    # By turns, and the least of three: what disturbs a machine only ever adds.
    pairs = [[measure.run("tests.bench.ours", "round", str(port), str(size))["cpu"] for size in (1000, 1_000_000)] for _ in range(3)]
    small, large = (min(each) for each in zip(*pairs, strict=True))
    ratio = large / small
    yield "a round over 1,000,000 notices, CPU against 1,000", "<= 1.2 x", f"{ratio:.2f} x", ratio <= 1.2


def memory(port: int) -> Iterator[Row]:
    figures = measure.run("tests.bench.ours", "memory", str(port))
    ratio = figures["late"] / figures["early"]
    yield "memory after 2,000 runs against 200", "<= 1.1 x", f"{ratio:.2f} x ({figures['late']:.0f} MiB)", ratio <= 1.1


def freshness(port: int) -> Iterator[Row]:
    figures = measure.run("tests.bench.freshness")
    minutes = f"{figures['minutes']:.0f} against {figures['minutes_fixed']:.0f} minutes"
    spread = f"{figures['mean_min']:.2f} to {figures['mean_max']:.2f} x"
    said = f"{figures['mean']:.2f} x ({minutes}; {spread}; late ones {figures['late']:.2f} x)"
    yield "from publication to reading, mean, against fixed intervals and as many requests", "<= 1.0 x", said, figures["mean"] <= 1
    minutes = f"{figures['crisis_minutes']:.0f} against {figures['crisis_minutes_fixed']:.0f} minutes"
    said = f"{figures['crisis']:.2f} x ({minutes}; {figures['crisis_min']:.2f} to {figures['crisis_max']:.2f} x)"
    yield "the same, of what is told of a crisis", "<= 0.8 x", said, figures["crisis"] <= 0.8


BENCHMARKS: dict[str, Callable[[int], Iterator[Row]]] = {
    "polls": polls,
    "ingest": ingest,
    "extraction": extraction,
    "million": million,
    "memory": memory,
    "freshness": freshness,
}


def main(names: list[str]) -> None:
    as_json = "--json" in names
    rows: list[Row] = []
    with measure.site() as port:
        for name, benchmark in BENCHMARKS.items():
            if name in names or not set(names) & set(BENCHMARKS):
                for row in benchmark(port):
                    rows.append(row)
                    if not as_json:
                        print(f"{'met   ' if row[3] else 'MISSED'}  {row[0]}: {row[2]}  (target {row[1]})", flush=True)
    if as_json:
        print(json.dumps([dict(zip(("what", "target", "measured", "met"), row, strict=True)) for row in rows], indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
