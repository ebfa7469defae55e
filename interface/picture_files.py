"""Where a picture of the command line goes: options that name its files, what is checked before, the writing."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from graph_schema import SettingError
from interface import options as opt
from interface.drawings.files import FORMATS, render, table_csv
from interface.drawings.picture import Picture
from interface.output import write_files
from interface.texts import text

__all__ = ["OutOption", "TableOption", "check_picture", "write_picture"]

OutOption = Annotated[
    Path, typer.Option("--out", metavar="FILE", help="File to write: .html, .svg, .png or .pdf decides the format.")
]
TableOption = Annotated[
    Path | None,
    typer.Option(
        "--table", metavar="FILE.csv", help="Where the table goes; default: beside the picture; HTML holds it."
    ),
]


def check_picture(out: Path, table: Path | None) -> None:
    """Refuse what cannot be written, before the work.

    Parameters
    ----------
    out, table
        Files of the picture and of its table; None: beside the picture.

    Raises
    ------
    SettingError
        If the ending is no format, the two are one file, the folder is not there, or a package is missing.
    """
    if out.suffix.lower() not in FORMATS:
        raise SettingError(f"--out {out}: name a file that ends in {', '.join(FORMATS)}")
    if table is not None and table == out:
        raise SettingError(f"--table {table}: is the picture itself; name another file")
    for path in (out, table):
        opt.check_out(path)
    missing = [name for name, module in (("altair", "altair"), ("vl-convert-python", "vl_convert"), ("pyvis", "pyvis"))
               if find_spec(module) is None]  # fmt: skip
    if missing:
        raise SettingError(f"draw needs {', '.join(missing)}: install randzon with the extra 'draw'")


def write_picture(picture: Picture, out: Path, table: Path | None) -> None:
    """Write a picture and its table, and say on standard output where they are and what the picture shows.

    Parameters
    ----------
    picture, out, table
        As for `check_picture`; HTML holds the table itself.

    Raises
    ------
    StoreError
        If a file cannot be written.
    """
    suffix = out.suffix.lower()
    if table is None and suffix != ".html":
        table = out.with_suffix(".table.csv")
    files = {out: render(picture, suffix)}
    if table is not None:
        files[table] = table_csv(picture)
    write_files(files)
    typer.echo(text("draw_written", picture.lang, file=out, alt=picture.description))
    if table is not None:
        typer.echo(text("draw_written_table", picture.lang, file=table))
