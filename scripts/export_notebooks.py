"""Run the notebooks and write each as a page (.html) and a Jupyter notebook (.ipynb) that need no network.

    python scripts/export_notebooks.py FOLDER              every notebook, with its own number of draws
    python scripts/export_notebooks.py FOLDER 1_system     those whose names begin so

A page holds what the cells show, with their code folded away. marimo's own HTML export loads its program from another
place, so the pages are ours; the Jupyter notebook is marimo's, with the tables and pictures put in.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from marimo import App, Html, ui
from marimo._ast.app import InternalApp  # no public function gives a notebook's cells
from marimo._convert.ipynb.from_ir import convert_from_ir_to_ipynb

from interface.drawings.page import POLICY
from interface.notebook_view import format_number

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
LANGUAGE = "sv"
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 2rem auto; max-width: 76rem;
  padding: 0 1rem; }
table { border-collapse: collapse; font-size: 0.9rem; }
caption { text-align: left; color: #555; padding-bottom: 0.3rem; }
th, td { padding: 0.2rem 0.7rem; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd; }
th { position: sticky; top: 0; background: #fff; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.scroll { overflow: auto; max-height: 40rem; margin: 1rem 0; }
details { color: #555; margin: 0.5rem 0; } pre { overflow: auto; background: #f6f6f6; padding: 0.7rem; }
code { font-size: 0.9em; } svg { max-width: 100%; height: auto; }
"""


@dataclass(frozen=True)
class Ran:
    """A notebook that has been run: its Jupyter form, and what each of its cells showed (None: nothing)."""

    name: str
    title: str
    jupyter: Any
    outputs: Sequence[Any]
    defined: Mapping[str, Any]


def load(path: Path) -> App:
    """Return the marimo app in a file."""
    spec = importlib.util.spec_from_file_location(f"notebook_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app


def run(path: Path, given: Mapping[str, Any] | None = None) -> Ran:
    """Run a notebook from top to bottom.

    Parameters
    ----------
    path
        The notebook.
    given
        Instead of what its cell of parameters defines; all of that cell's names.
    """
    app = load(path)
    jupyter = nbformat.reads(convert_from_ir_to_ipynb(InternalApp(app), sort_mode="top-down"), as_version=4)
    outputs, defined = app.run(defs=dict(given or {}))
    shown = list(outputs)
    if given:  # a cell whose names are given is not run and shows nothing
        first = f"{next(iter(given))} = "
        shown.insert(next(i for i, cell in enumerate(jupyter.cells) if cell.source.startswith(first)), None)
    assert len(shown) == len(jupyter.cells)
    return Ran(path.stem, str(InternalApp(app).config.app_title), jupyter, shown, {**(given or {}), **dict(defined)})


def _row(values: Sequence[Any], numeric: Sequence[bool]) -> str:
    cells = [
        f'<td class="number">{format_number(value, LANGUAGE)}</td>'
        if number
        else f"<td>{'' if pd.isna(value) else escape(str(value))}</td>"
        for value, number in zip(values, numeric, strict=True)
    ]
    return f"<tr>{''.join(cells)}</tr>"


def table(frame: pd.DataFrame) -> str:
    """Return a data frame as an HTML table, with the numbers as Swedes write them."""
    numeric = [pd.api.types.is_numeric_dtype(kind) for kind in frame.dtypes]
    head = "".join(
        f'<th scope="col"{" class=number" if number else ""}>{escape(str(name))}</th>'
        for name, number in zip(frame.columns, numeric, strict=True)
    )
    rows = "\n".join(_row(row, numeric) for row in frame.itertuples(index=False))
    caption = f"<caption>{len(frame)} rader</caption>"
    return f'<div class="scroll" tabindex="0"><table>{caption}<tr>{head}</tr>\n{rows}</table></div>'


def markup(output: Any) -> str:
    """Return what a cell showed as HTML that needs no program of marimo."""
    if output is None:
        return ""
    if isinstance(output, ui.table):
        return table(output.data)
    if isinstance(output, Html) and "<marimo-" not in output.text:
        return output.text
    raise TypeError(f"a cell shows {type(output).__name__}, which no page can hold: show a table, text or picture")


def page(ran: Ran) -> str:
    """Return a notebook as one HTML page; its content security policy forbids the browser to fetch anything."""
    parts: list[str] = []
    for cell, output in zip(ran.jupyter.cells, ran.outputs, strict=True):
        parts.append(markup(output))
        if cell.cell_type == "code" and not cell.source.lstrip().startswith("mo.md("):
            parts.append(f"<details><summary>Kod</summary><pre><code>{escape(cell.source)}</code></pre></details>")
    return (
        f'<!doctype html>\n<html lang="{LANGUAGE}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(ran.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(filter(None, parts))
        + "\n</main>\n</body>\n</html>\n"
    )


def jupyter(ran: Ran) -> str:
    """Return a notebook for Jupyter, with what its cells showed."""
    for number, (cell, output) in enumerate(zip(ran.jupyter.cells, ran.outputs, strict=True), start=1):
        if cell.cell_type == "code":
            cell.execution_count = number
            cell.outputs = [] if output is None else [_shown(output, number)]
    nbformat.validate(ran.jupyter)
    return nbformat.writes(ran.jupyter) + "\n"


def _shown(output: Any, number: int) -> Any:
    data = {"text/html": markup(output)}
    if isinstance(output, ui.table):
        data["text/plain"] = output.data.to_string(index=False)
    return nbformat.v4.new_output("execute_result", data=data, execution_count=number)


def main(arguments: Sequence[str]) -> int:
    """Export the notebooks that are named, or all."""
    if not arguments or arguments[0].startswith("-"):
        print(__doc__)
        return 2
    folder, *wanted = arguments
    Path(folder).mkdir(parents=True, exist_ok=True)
    for path in sorted(FOLDER.glob("*.py")):
        if wanted and not path.name.startswith(tuple(wanted)):
            continue
        ran = run(path)
        for suffix, content in ((".html", page(ran)), (".ipynb", jupyter(ran))):
            file = Path(folder) / f"{ran.name}{suffix}"
            file.write_text(content, encoding="utf-8")
            print(file, flush=True)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
