"""Edits of a dataset as a file that the page and the command line write and read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from graph_schema import CareSystem, StoreError
from loaders.edits import Edit

__all__ = ["EditFile", "edits_file", "read_edits"]

FORMAT = 1
MAX_BYTES = 5_000_000
MOST_EDITS = 10_000
AGAIN = "give a file of edits that the page wrote"
Text = Annotated[str, Field(max_length=10_000)]


class _Edit(BaseModel):
    model_config = ConfigDict(extra="forbid")
    target: Text
    reason: Text
    day: Text
    value: FiniteFloat | None = None
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    factor: FiniteFloat | None = None
    unit: Text = ""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    file: Literal["randzon edits"]
    format: Literal[1]
    dataset: dict[str, Text | None]
    system_hash: Text
    edits: Annotated[list[_Edit], Field(max_length=MOST_EDITS)]


@dataclass(frozen=True)
class EditFile:
    """What a file of edits holds.

    Attributes
    ----------
    edits
        In the order of the file.
    system_hash
        Of the dataset that they were made on.
    dataset
        Its name, version and as-of date.
    """

    edits: tuple[Edit, ...]
    system_hash: str
    dataset: Mapping[str, str | None]


def edits_file(system: CareSystem, edits: Sequence[Edit]) -> bytes:
    """Return edits as the bytes of a file (JSON), with the hash of the dataset that they were made on.

    Parameters
    ----------
    system
        The dataset without the edits.
    edits
        The edits.
    """
    rows = [{n: v for n, v in asdict(e).items() if v is not None and (n, v) != ("unit", "")} for e in edits]
    content = {
        "file": "randzon edits",
        "format": FORMAT,
        "dataset": {name: system.settings.get(name) for name in ("name", "version", "as_of")},
        "system_hash": system.content_hash,
        "edits": rows,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def read_edits(content: bytes, name: str) -> EditFile:
    """Return what a file of edits holds; whether they suit a dataset is for `loaders.edit_rules` to say.

    Parameters
    ----------
    content
        Bytes of the file.
    name
        Of the file, for the message.

    Raises
    ------
    StoreError
        If it is no file of edits; lists everything that is wrong.
    """
    if len(content) > MAX_BYTES:
        raise StoreError(f"{name} is larger than {MAX_BYTES // 1_000_000} MB: {AGAIN}")
    try:
        found: Any = json.loads(content.decode("utf-8-sig"))
        file = _File.model_validate(found)
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise StoreError(f"{name} is no file of edits: {AGAIN}\n" + "\n".join(lines)) from error
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{name} is no whole JSON file ({error}): {AGAIN}") from error
    return EditFile(tuple(Edit(**e.model_dump()) for e in file.edits), file.system_hash, file.dataset)
