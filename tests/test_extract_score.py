"""The extractor against our own labelled notices: the floors rise by hand and fall only by a person's decision."""

from pathlib import Path

from extraction_score import read, score

NOTICES = sorted((Path(__file__).parent / "notices").glob("*.jsonl"))
FLOOR_FLAG, FLOOR_EVENT, FLOOR_STRICT = 0.96, 0.95, 0.86


def test_the_score_stays_above_its_floors():
    notices = [notice for path in NOTICES for notice in read(path)]
    reached = score(notices)
    assert len(notices) >= 40
    assert reached.flag >= FLOOR_FLAG, reached
    assert reached.event >= FLOOR_EVENT, reached
    assert reached.strict >= FLOOR_STRICT, reached
