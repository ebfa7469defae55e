"""What the documentation says is true: its tables, examples, commands and links."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from graph_schema import load_schema
from impact import load_measures
from interface.application import app
from scenarios import parse_scenario

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """Return (line, content) of each fenced block of a language."""
    text = page.read_text(encoding="utf-8")
    return [(text.count("\n", 0, m.start(2)), m[2]) for m in BLOCK.finditer(text) if m[1] == language]


def having(language: str) -> list[Path]:
    return [page for page in PAGES if blocks(page, language)]


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def tables(page: str) -> dict[str, list[list[str]]]:
    """Return the rows of the tables under each heading of a page."""
    found: dict[str, list[list[str]]] = {}
    heading = ""
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("| `"):
            cells = [c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line)[1:-1]]
            found.setdefault(heading, []).append(cells)
    return found


def test_measures_page_is_the_registry() -> None:
    written = {
        row[0].strip("`"): (heading, *row[1:4], float(row[4]), *row[5:])
        for heading, rows in tables("measures.md").items()
        for row in rows
    }
    wanted = {
        m.id: (m.perspective, m.entity, m.unit, m.harm, m.visible, m.definition, m.name_sv)
        for m in load_measures().values()
    }
    assert written == wanted, "run: python scripts/write_tables.py"


def test_schema_page_is_the_schema() -> None:
    written = {
        heading: [(r[0].strip("`"), *r[1:3], *r[4:]) for r in rows] for heading, rows in tables("schema.md").items()
    }
    words = {True: "yes", False: ""}
    wanted = {
        f"{t.kind}: {t.name}": [
            (p.name, p.dtype, p.unit, words[p.required], words[p.key], p.meaning) for p in t.properties
        ]
        for t in load_schema().values()
    }
    assert written == wanted, "run: python scripts/write_tables.py"


def test_tables_are_as_the_script_writes_them() -> None:
    pages = runpy.run_path(str(ROOT / "scripts" / "write_tables.py"))["pages"]()
    stale = [name(page) for page, text in pages.items() if page.read_text(encoding="utf-8") != text]
    assert not stale, "run: python scripts/write_tables.py"


@pytest.mark.parametrize("page", having("python"), ids=name)
def test_python_examples_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    for line, content in blocks(page, "python"):
        code = compile("\n" * line + content, str(page), "exec")
        exec(code, namespace)  # noqa: S102 - the project's own examples


@pytest.mark.parametrize("page", having("toml"), ids=name)
def test_scenario_examples_are_read(page: Path) -> None:
    for line, content in blocks(page, "toml"):
        parse_scenario(content.encode("utf-8"), f"{name(page)}, line {line}")


@pytest.mark.parametrize("page", having("sh"), ids=name)
def test_commands_and_their_options_exist(page: Path) -> None:
    for _, content in blocks(page, "sh"):
        for line in content.splitlines():
            words = shlex.split(line, comments=True)
            if not words or Path(words[0]).name != "randzon" or "--help" in words:
                continue
            command: Any = get_command(app)
            rest, context = words[1:], command.make_context("randzon", words[1:2])
            while hasattr(command, "resolve_command") and not (rest and rest[0].startswith("-")):
                _, command, rest = command.resolve_command(context, rest)
                if not rest:
                    break
                if hasattr(command, "resolve_command") and not rest[0].startswith("-"):
                    context = command.make_context(command.name, rest[:1], parent=context)
            command.make_context(command.name, rest, parent=context)  # raises where an option is unknown


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [t for t in LINK.findall(page.read_text(encoding="utf-8")) if not t.startswith(("http:", "https:"))]
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_every_page_is_listed() -> None:
    listed = set(LINK.findall((DOCS / "README.md").read_text(encoding="utf-8")))
    pages = {p.relative_to(DOCS).as_posix() for p in DOCS.rglob("*.md")} - {"README.md"}
    assert pages <= listed


def test_readme_is_short_and_the_model_page_too() -> None:
    lines = {
        page: len((ROOT / page).read_text(encoding="utf-8").splitlines()) for page in ("README.md", "docs/model.md")
    }
    assert lines["README.md"] < 60
    assert lines["docs/model.md"] <= 450
