"""The answer of a question's command, to its page, its files and the key under which it is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graph_schema import CareSystem, StoreError, canonical_hash
from impact.version import code_version
from interface.answers import AnswerKind, answer_csv, answer_page, document_of, read_document
from interface.named_nodes import NamedNodes
from interface.page.service.rendered import rendered_markup
from interface.texts import Language

__all__ = ["Answered", "answer_key", "answered", "json_bytes", "opened_answer"]


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """Return a JSON document as the bytes of a file."""
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


@dataclass(frozen=True)
class Answered:
    """An answer.

    Attributes
    ----------
    kind
        Of its command.
    document
        What the command prints with ``--format json``.
    """

    kind: AnswerKind
    document: Mapping[str, Any]

    def markup(self, lang: Language) -> str:
        """Return what the command prints for people, as HTML."""
        return rendered_markup(answer_page(self.kind, self.document, lang))

    def names(self, lang: Language) -> dict[str, str]:
        """Return node id to name, of the nodes that it mentions."""
        return NamedNodes(self.document["nodes"]).names(lang)

    @cached_property
    def json_file(self) -> bytes:
        """The document as the bytes of a file, which `randzon show` opens."""
        return json_bytes(self.document)

    def csv_file(self, lang: Language) -> bytes:
        """Return what the command prints with ``--format csv``, with the mark by which Excel knows UTF-8."""
        return ("\ufeff" + answer_csv(self.kind, self.document, lang)).encode("utf-8")

    @cached_property
    def file_name(self) -> str:
        """Name of its files, without ending."""
        return f"randzon-{self.kind.command.replace(' ', '-')}-{canonical_hash(dict(self.document))[:10]}"


def answered(kind: AnswerKind, content: Mapping[str, Any], system: CareSystem, **shown: Any) -> Answered:
    """Return the answer whose content a question gave.

    Parameters
    ----------
    kind, content, system, shown
        As for `interface.answers.document_of`; limits stand in Swedish, and in English when it is shown so.
    """
    return Answered(kind, document_of(kind, content, system, "sv", **shown))


def answer_key(command: str, system: CareSystem, **asked: Any) -> str:
    """Return the hash of all that an answer depends on: command, dataset, what is asked, code.

    Parameters
    ----------
    command
        Of the question.
    system
        The dataset.
    asked
        Options of the command: JSON values.
    """
    content = {"command": command, "system": system.content_hash, "code": code_version(), "asked": asked}
    return canonical_hash(content)


def opened_answer(name: str, content: bytes, kinds: Mapping[str, AnswerKind]) -> Answered:
    """Return the answer in a JSON file that the page or a command saved.

    Parameters
    ----------
    name
        Of the file.
    content
        Its bytes.
    kinds
        Command to kind: which answers may be opened here.

    Raises
    ------
    StoreError
        If it is no such file.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "answer.json"
        path.write_bytes(content)
        try:
            document = read_document(path, kinds)
        except StoreError as error:
            raise StoreError(str(error).replace(str(path), name)) from error
    return Answered(kinds[document["answer"]["command"]], document)
