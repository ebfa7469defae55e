"""Fixtures of the tests of the command line: a small dataset, a shell, a saved run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from loaders import write_dataset
from tests.browser import opened
from tests.command_line import ROOT, Saved, Server, Shell
from tests.page_server import served
from tests.small_system import CONCENTRATE, EVENT, GIVEN, small_system

SCREENSHOTS = ROOT / "build" / "screenshots"
TALL = 2600  # pixels of a screenshot: the page scrolls inside its window
LONG = 120_000  # milliseconds that a page may take on a busy machine


@pytest.fixture(scope="session")
def small_dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small country as a dataset folder; nobody changes it."""
    path = tmp_path_factory.mktemp("small") / "dataset"
    write_dataset(small_system(), path)
    return path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What runs the commands."""
    found = Server(tmp_path_factory.mktemp("server"))
    yield found
    found.stop()


@pytest.fixture
def shell(tmp_path: Path, small_dataset: Path, server: Server) -> Shell:
    """A shell in a new folder with scenario files."""
    ready = Shell(tmp_path, small_dataset, server)
    scenarios: Mapping[str, str] = {"two_units": CONCENTRATE, "south_alone": GIVEN, "summer": EVENT}
    for name, content in scenarios.items():
        ready.write(f"{name}.toml", content)
    return ready


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory, small_dataset: Path, server: Server) -> Saved:
    """One run of the small country, saved; nobody changes it."""
    ready = Shell(tmp_path_factory.mktemp("saved"), small_dataset, server)
    ready.write("two_units.toml", CONCENTRATE)
    answer = ready.run("--out", "a.nc", "--format", "json")
    return Saved(ready.folder / "a.nc", answer)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the served page of the packaged dataset."""
    with served(tmp_path_factory.mktemp("page") / "log.txt") as found:
        yield found


@pytest.fixture(scope="module")
def context(address: str) -> Iterator[Any]:
    """A browser at that address; of the module, as two drivers cannot run at once."""
    with opened(address) as found:
        found.set_default_timeout(LONG)
        yield found


@pytest.fixture
def page(context: Any, address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page in a new session; in the end nothing has been asked of others and nothing complained about.

    How it looked at last is kept as a picture in ``build/screenshots``.
    """
    context.outside.clear()
    context.complaints.clear()
    found = context.new_page()
    found.goto(f"{address}/")
    found.locator("h1").wait_for()
    yield found
    found.set_viewport_size({"width": 1400, "height": TALL})
    found.screenshot(path=SCREENSHOTS / f"{re.sub('[^a-z0-9_]+', '-', request.node.name)}.png")
    found.close()
    assert (context.outside, context.complaints) == ([], [])
