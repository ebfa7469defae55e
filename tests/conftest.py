"""Rules for all tests: one marker each, given by the folder, and no silent skipping in CI."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.neo4j_server import Store, started_server

KINDS = ("unit", "property", "reference", "golden", "integration")
TESTS = Path(__file__).resolve().parent
IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

# In CI the same examples each time, so that a failure is about the commit; elsewhere new ones each time.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("ci" if IN_CI else "here")


def kind_of(path: Path) -> str | None:
    """Return the marker that a file's folder gives: examples in docstrings are unit tests."""
    if not path.is_relative_to(TESTS):
        return "unit"
    folder = path.relative_to(TESTS).parts[0]
    return folder if folder in KINDS else None


class Rules:
    """A plugin, because hooks of a conftest are not asked about the examples in the packages."""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Mark each test by its folder; refuse one that has no kind or two."""
        wrong: list[str] = []
        for item in items:
            kind = kind_of(item.path)
            if kind is not None:
                item.add_marker(kind)
            kinds = {mark.name for mark in item.iter_markers() if mark.name in KINDS}
            if len(kinds) != 1:
                wrong.append(f"{item.nodeid}: {', '.join(sorted(kinds)) or 'none'}")
        if wrong:
            raise pytest.UsageError(
                f"each test has exactly one of the markers {', '.join(KINDS)}, given by its folder; not so:\n"
                + "\n".join(wrong)
            )

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """In CI a skipped test has failed."""
        report = yield
        if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
            report.outcome = "failed"
            report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """In CI a skipped module has failed."""
        report = yield
        if IN_CI and report.skipped:
            report.outcome = "failed"
            report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
        return report


def pytest_configure(config: pytest.Config) -> None:
    """Register the rules for all collected files, those outside this folder too."""
    config.pluginmanager.register(Rules(), "randzon-rules")


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A Neo4j server of this session's own."""
    with started_server(tmp_path_factory.mktemp("neo4j") / "home") as found:
        yield found


@pytest.fixture
def neo4j_store(neo4j_server: Store) -> Store:
    """The session's server, emptied."""
    neo4j_server.empty()
    return neo4j_server
