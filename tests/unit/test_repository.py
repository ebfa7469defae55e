"""The repository keeps its own rules: nothing of one machine in it, documents that agree with the files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = "python3 scripts/bootstrap.py run"
TEST = "python3 scripts/bootstrap.py test"
LONGEST_MODULE = 400

# Written in parts, so that this file does not hold what it looks for.
REGISTRIES = (
    "py" + "pi.org",
    "pythonhosted" + ".org",
    "anaconda" + ".org",
    "registry" + ".npmjs",
    "registry" + ".yarnpkg",
    "repo.maven" + ".apache",
    "repo1" + ".maven",
    "crates" + ".io",
    "deb.debian" + ".org",
    "archive.ubuntu" + ".com",
    "docker" + ".io",
    "ghcr" + ".io",
    "index" + "-url",
    "find" + "-links",
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.\-/~])/(?:home|Users|root|work|tmp|opt|mnt)/[\w.\-]"
    r"|\b[A-Za-z]:\\+Users\\"
)


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files git tracks or would track; without git, all but environments and caches."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
        return tuple(sorted(path for name in names if name and (path := ROOT / name).is_file()))
    hidden = re.compile(r"(^|/)(\.venv|\.git|__pycache__|\.\w+_cache|\.hypothesis|build|dist)/")
    paths = (path for path in ROOT.rglob("*") if path.is_file())
    return tuple(sorted(path for path in paths if not hidden.search(path.relative_to(ROOT).as_posix())))


@cache
def texts() -> dict[str, str]:
    """Return the tracked text files by name."""
    found: dict[str, str] = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            found[path.relative_to(ROOT).as_posix()] = content.decode("utf-8")
    return found


@cache
def project() -> dict[str, Any]:
    return tomllib.loads(texts()["pyproject.toml"])


def requirements() -> list[str]:
    """Return all requirements of pyproject.toml: core and extras."""
    extras = project()["project"]["optional-dependencies"].values()
    return [*project()["project"]["dependencies"], *(line for extra in extras for line in extra)]


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def places(pattern: re.Pattern[str]) -> list[str]:
    """Return file:line of each line that matches in a tracked file."""
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_host_of_a_package_registry() -> None:
    assert places(re.compile("|".join(map(re.escape, REGISTRIES)))) == []


def test_no_absolute_path_of_a_machine() -> None:
    assert places(MACHINE_PATHS) == []


def test_no_path_of_this_checkout() -> None:
    assert places(re.compile(r"(?<![\w.\-])" + re.escape(str(ROOT)) + r"\b")) == []


@pytest.mark.parametrize("line", ["see /" + "home/anna/x", '"/' + 'work/main"', "C:" + r"\Users\anna"])
def test_a_machine_path_is_seen(line: str) -> None:
    assert MACHINE_PATHS.search(line)


@pytest.mark.parametrize("line", ["example.org/" + "home/page", "not at home/work", "~/" + "work/x"])
def test_other_text_is_no_machine_path(line: str) -> None:
    assert not MACHINE_PATHS.search(line)


def test_readme_has_the_two_commands() -> None:
    lines = [line.strip() for line in texts()["README.md"].splitlines()]
    assert [line for line in lines if line.startswith("python3 ")] == [RUN, TEST]


def test_ci_calls_the_second_command() -> None:
    assert TEST in texts()[".ci/run"].splitlines()
    assert os.name == "nt" or os.access(ROOT / ".ci" / "run", os.X_OK)


def test_no_module_is_too_long() -> None:
    lines = {name: len(text.splitlines()) for name, text in texts().items() if name.endswith(".py")}
    assert {name: count for name, count in lines.items() if count > LONGEST_MODULE} == {}


def test_lock_is_hashed_and_names_no_place() -> None:
    lock = texts()["requirements.lock"]
    entries = re.split(r"\n(?=[\w])", "\n" + lock)[1:]
    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert "://" not in lock
    assert [line for line in lock.splitlines() if line.startswith("-")] == []


def test_lock_holds_the_core_and_the_developers_tools() -> None:
    locked = {name_of(line) for line in texts()["requirements.lock"].splitlines() if "==" in line}
    settings = project()["project"]
    asked = {name_of(r) for r in [*settings["dependencies"], *settings["optional-dependencies"]["dev"]]}
    assert asked - locked == set()


def test_no_requirement_has_an_upper_bound() -> None:
    bounded = [line for line in requirements() if re.search(r"<|==|~=|!=", line.split(";")[0])]
    assert bounded == []
    assert project()["project"]["requires-python"] == ">=3.11"


def test_each_dependency_is_explained() -> None:
    explained = set(re.findall(r"^\| `([^`]+)`", texts()["docs/dependencies.md"], flags=re.MULTILINE))
    assert {name.lower() for name in explained} == {name_of(line) for line in requirements()}


def test_each_folder_is_described() -> None:
    described = set(re.findall(r"^\| `([^`/]+)/", texts()["docs/README.md"], flags=re.MULTILINE))
    folders = {name.split("/")[0] for name in texts() if "/" in name}
    assert folders - described == set()


def test_packages_are_stated_alike() -> None:
    tool = project()["tool"]
    packages = tool["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert sorted(tool["importlinter"]["root_packages"]) == sorted(packages)
    assert sorted(tool["pyright"]["include"]) == sorted(packages)
    assert set(packages) <= set(tool["pytest"]["ini_options"]["testpaths"])


def test_version_is_stated_alike() -> None:
    version = re.escape(project()["project"]["version"])
    assert re.search(rf"(?m)^version: {version}$", texts()["CITATION.cff"])
    assert re.search(rf"(?m)^## \[?({version}|Unreleased)\b", texts()["CHANGELOG.md"])


def test_each_change_says_whether_results_change() -> None:
    versions = re.split(r"(?m)^## ", texts()["CHANGELOG.md"])[1:]
    said = re.compile(r"\*\*Results change:\*\* (yes|no)")
    assert versions
    assert [version.splitlines()[0] for version in versions if not said.search(version)] == []


def test_each_decision_record_is_complete() -> None:
    records = {name: text for name, text in texts().items() if re.match(r"docs/adr/\d{4}-", name)}
    assert records
    parts = ("Status: ", "## Context", "## Decision", "## Consequence")
    assert {name: part for name, text in records.items() for part in parts if part not in text} == {}
