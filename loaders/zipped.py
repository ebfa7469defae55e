"""A dataset and its registers of evidence as one zip file; unpacked it is a dataset folder."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence

from graph_schema import CareSystem
from loaders.portable import system_to_mapping
from loaders.registers import REGISTERS

__all__ = ["dataset_zip"]

EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content gives the same bytes


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def dataset_zip(system: CareSystem, registers: Mapping[str, Sequence[Mapping[str, str]]], folder: str) -> bytes:
    """Return the files of a dataset folder in a zip file, inside one folder.

    Parameters
    ----------
    system
        The dataset.
    registers
        Name to rows; those without rows have no file.
    folder
        Name of the folder inside.
    """
    files = {name: _csv(rows) for name, rows in system_to_mapping(system).items()}
    for name, spec in REGISTERS.items():
        rows = registers.get(name, ())
        if rows:
            files[spec.file] = _csv([list(spec.columns), *([row[c] for c in spec.columns] for row in rows)])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
