"""Where the runs of a long answer are kept while it is being computed: beside the file of the answer."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer

from graph_schema import SettingError
from impact.questions.run_table import RunFailure, RunTable
from impact.version import code_version
from interface import options as opt

__all__ = ["ENDING", "kept_runs"]

ENDING = ".runs"  # of the file with the runs done so far, beside that of --out


@contextmanager
def kept_runs(
    command: str, manifest: Mapping[str, Any], out: Path | None, resume: bool, asked: Mapping[str, Any]
) -> Generator[RunTable]:
    """Yield the table of an answer's runs; nothing is kept where no file of the answer is named.

    Where the work ends early, standard error says where the runs are that are done.

    Parameters
    ----------
    command
        The question.
    manifest
        Dataset hash, date, seed, draws and years of the answer.
    out, resume
        Options of the command.
    asked
        Everything else that decides the runs: JSON values.

    Raises
    ------
    SettingError
        If the file cannot be written, is not named, or holds the runs of another question, dataset or version.
    """
    opt.check_out(out)
    if out is None:
        if resume:
            raise SettingError("--resume: name the file of the first try with --out")
        yield RunTable()
        return
    about = {
        "command": command, "code": code_version(), "system": manifest["system_hash"],
        "as_of": manifest["dataset"]["as_of"], "scenario": manifest["scenario_hash"],
        **{name: manifest[name] for name in ("seed", "draws", "years", "start")}, **asked,
    }  # fmt: skip
    file = out.with_name(out.name + ENDING)
    table = RunTable(about, (file, resume))
    try:
        with table:
            yield table
    except (KeyboardInterrupt, RunFailure):
        typer.echo(f"The runs that are done are kept in {file}: ask the same again with --resume to go on", err=True)
        raise
