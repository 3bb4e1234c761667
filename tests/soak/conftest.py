"""Faults, floods and hostile pages. `make test` runs them small; `make soak` runs them at full size and prints what was measured."""

from collections.abc import Callable

import pytest

from tests.soak.figures import Figures

FIGURES = Figures()


@pytest.fixture(scope="session")
def figures() -> Figures:
    """One for the whole run."""
    return FIGURES


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether this is a soak: full numbers of kills, pages and notices."""
    return bool(request.config.getoption("--soak"))


@pytest.fixture(scope="session")
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Tells a person at the terminal how far a long test is; silent but for a soak."""
    if not request.config.getoption("--soak"):
        return lambda words: None
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    capture = request.config.pluginmanager.get_plugin("capturemanager")

    def at_once(words: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.write_line(f"  {words}")
            reporter.flush()

    return at_once


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("--soak"):
        terminalreporter.section("soak")
        for name, value in FIGURES.table():
            terminalreporter.write_line(f"{name:<16} {value:>10}")
