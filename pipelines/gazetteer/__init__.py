"""Names of places and operators: text in, codes out; and what is known of a code.

In: a text and its language. Out: ``find`` -> the names in it; ``country``, ``contains``, ``airports``, ``operator_*`` and so on -> facts.
To add a name: a row in data/gazetteer/curated/, then ``python -m pipelines.gazetteer.build`` (needs the extra "gazetteer").
At run time: tables (generated CSV) -> index (automaton of folded names) -> finding (edges, capitals, flights, bodies,
airfields). When built: build, with
opentraveldata, russian and polish.
"""

from pipelines.gazetteer.bodies import government
from pipelines.gazetteer.finding import find
from pipelines.gazetteer.hit import Name
from pipelines.gazetteer.lookups import (
    airport_operator,
    airports,
    contains,
    country,
    operator_country,
    operator_kind,
    operator_name,
    place_name,
)

__all__ = [
    "Name",
    "airport_operator",
    "airports",
    "contains",
    "country",
    "find",
    "government",
    "operator_country",
    "operator_kind",
    "operator_name",
    "place_name",
]
