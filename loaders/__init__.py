"""Bytes to care systems and back: dataset folders and the packaged Swedish dataset."""

from loaders.dataset_folder import load_sweden, packaged_folder, read_dataset, write_dataset
from loaders.own_floors import with_floors
from loaders.portable import system_from_mapping, system_to_mapping

__all__ = [
    "load_sweden",
    "packaged_folder",
    "read_dataset",
    "system_from_mapping",
    "system_to_mapping",
    "with_floors",
    "write_dataset",
]
