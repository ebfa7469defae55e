"""Where the runs of a long answer are kept while it is being computed: beside the file of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph_schema import SettingError
from impact.questions.run_table import RunTable
from impact.version import code_version
from interface import options as opt

__all__ = ["ENDING", "kept_runs"]

ENDING = ".runs"  # of the file with the runs done so far, beside that of --out


def kept_runs(
    command: str, manifest: Mapping[str, Any], out: Path | None, resume: bool, asked: Mapping[str, Any]
) -> RunTable:
    """Return the table of an answer's runs; nothing is kept where no file of the answer is named.

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
        return RunTable()
    about = {
        "command": command, "code": code_version(), "system": manifest["system_hash"],
        "as_of": manifest["dataset"]["as_of"], "scenario": manifest["scenario_hash"],
        **{name: manifest[name] for name in ("seed", "draws", "years", "start")}, **asked,
    }  # fmt: skip
    return RunTable(about, (out.with_name(out.name + ENDING), resume))
