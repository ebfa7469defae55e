"""The registers of evidence that belong to the dataset of a command."""

from __future__ import annotations

from pathlib import Path

from impact.questions.card_parts import Registers
from loaders.registers import REGISTERS, packaged_register, read_register

__all__ = ["registers_of"]


def registers_of(dataset: Path | None) -> Registers:
    """Return every register of a dataset: the packaged ones, or those in the dataset's own folder.

    Parameters
    ----------
    dataset
        A dataset folder, or None for the packaged Swedish one.

    Returns
    -------
    mapping
        Register to rows; empty where a folder has no such file.
    """
    if dataset is None:
        return {name: packaged_register(name) for name in REGISTERS}
    files = {name: dataset.joinpath(*spec.file.split("/")) for name, spec in REGISTERS.items()}
    return {name: read_register(file, name) if file.is_file() else () for name, file in files.items()}
