"""A sentence with all that was understood of it before the notice is taken as a whole: what ``explain`` shows."""

from dataclasses import dataclass, field

from pipelines.extract.draft import Draft
from pipelines.extract.judge import judge
from pipelines.extract.learned.model import Verdict
from pipelines.extract.roles import operator_roles, place_roles
from pipelines.extract.sentence import Sentence
from pipelines.extract.triggers import Trigger


@dataclass(slots=True)
class Reading:
    sentence: Sentence
    triggers: list[Trigger]
    operators: dict[int, str]
    """The role of each operator, by the index of its unit."""
    places: dict[int, str]
    said: Verdict
    """What the learned model makes of it."""
    drafts: list[Draft] = field(default_factory=list)


def read(sentence: Sentence) -> Reading:
    found, said = judge(sentence)
    return Reading(sentence, found, operator_roles(sentence), place_roles(sentence), said)
