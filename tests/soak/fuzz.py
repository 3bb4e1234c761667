"""Looks for an input that a parser does not stand: ``python -m tests.soak.fuzz TARGET [OPTION]...``

Guided by the branches that its inputs reach. The options are libFuzzer's, and ``-atheris_runs``.
"""

import sys

import atheris

with atheris.instrument_imports(include=["pipelines", "scrapers"]):
    from tests.soak.parsers import TARGETS

if __name__ == "__main__":
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
