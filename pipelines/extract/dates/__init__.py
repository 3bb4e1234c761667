"""Date expressions: a text in, spans with their days and roles out. Pure; words from data/lexicon/LANG/dates.toml.

``lexicon`` -> ``parts``, ``days``, ``periods``, ``clock``, ``points`` -> ``grammar`` -> ``resolve``, ``calendar``: ``finding`` puts them
together.
"""

from pipelines.extract.dates.finding import When, find, tells_validity

__all__ = ["When", "find", "tells_validity"]
