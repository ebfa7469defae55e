"""Answers of the commands: one document that holds all that its CSV and its page need, printed, saved and reopened."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from rich.console import Group, RenderableType
from rich.text import Text

from graph_schema import CareSystem, StoreError
from interface.manifest import limits_of
from interface.named_nodes import NamedNodes
from interface.options import OutputFormat
from interface.output import csv_text, print_json, print_table, without_nan, write_json
from interface.output_schemas import output_schema
from interface.texts import Language, text

__all__ = [
    "FORMAT",
    "Answer",
    "AnswerKind",
    "answer_csv",
    "answer_page",
    "document_of",
    "give",
    "manifests_of",
    "print_answer",
    "read_document",
]

FORMAT = 1  # of the document; raised when what an older one holds no longer makes the page
MOST_NAMED = 5  # failed runs that a page names; JSON names all
Row = Mapping[str, Any]
AGAIN = "give a JSON file that a command of randzon saved"


@dataclass(frozen=True)
class Answer:
    """An answer as a page or CSV is made of it.

    Attributes
    ----------
    content
        The JSON document.
    nodes
        Names of what it mentions.
    lang
        Language of the page.
    shown
        How it was asked to be shown: options and titles of the command.
    """

    content: Row
    nodes: NamedNodes
    lang: Language
    shown: Row

    @property
    def names(self) -> dict[str, str]:
        """Node id to name, in the language of the page."""
        return self.nodes.names(self.lang)

    @property
    def title(self) -> str:
        """The title that the command gave it, in the language of the page."""
        return str(self.shown[f"title_{self.lang}"])


@dataclass(frozen=True)
class AnswerKind:
    """What a command's answer looks like.

    Attributes
    ----------
    command
        As it is typed, ``data balance``; its schema has hyphens for the spaces.
    page, rows
        The answer as what a person reads, and as rows of CSV.
    columns
        Of the CSV; those of the rows if None.
    limits
        Key of its limits in the texts; the command with underscores if empty.
    """

    command: str
    page: Callable[[Answer], RenderableType]
    rows: Callable[[Answer], Sequence[Row]]
    columns: Sequence[str] | None = None
    limits: str = ""


def document_of(
    kind: AnswerKind, content: Row, system: CareSystem | NamedNodes, lang: Language, **shown: Any
) -> dict[str, Any]:
    """Return the JSON document of an answer: the content, how it is shown, and the names of what it mentions.

    Parameters
    ----------
    kind, content
        Of the command.
    system
        The dataset that the answer is of, or the names of the nodes of all that it is of.
    lang
        In which the limits are written.
    shown
        Options and titles that the page depends on: JSON values.
    """
    head = {"command": kind.command, "format": FORMAT, "lang": lang, "shown": shown}
    whole = without_nan({"answer": head, **content})
    nodes = system if isinstance(system, NamedNodes) else NamedNodes.of(system)
    return {**whole, "nodes": dict(nodes.mentioned_in(whole).stated)}


def _as_shown(kind: AnswerKind, document: Row, lang: Language) -> Answer:
    head, content = document["answer"], dict(document)
    if lang != head["lang"]:
        content["limits"] = limits_of(kind.limits or kind.command.replace(" ", "_"), lang)
    return Answer(content, NamedNodes(document["nodes"]), lang, head["shown"])


def answer_page(kind: AnswerKind, document: Row, lang: Language) -> RenderableType:
    """Return what a person reads of a document, in a language."""
    answer = _as_shown(kind, document, lang)
    return Group(kind.page(answer), *_failures(answer))


def answer_csv(kind: AnswerKind, document: Row, lang: Language) -> str:
    """Return a document as CSV, in a language."""
    return csv_text(kind.rows(_as_shown(kind, document, lang)), kind.columns)


def print_answer(kind: AnswerKind, document: Row, lang: Language, output: OutputFormat) -> None:
    """Print a document as it is, as CSV, or as a page in a language."""
    if output is OutputFormat.JSON:
        print_json(document)
    elif output is OutputFormat.CSV:
        sys.stdout.write(answer_csv(kind, document, lang))
    else:
        print_table(answer_page(kind, document, lang))


def _failures(answer: Answer) -> list[RenderableType]:
    """Which runs failed, where any did: what the page shows is without them."""
    failed: Sequence[Row] = answer.content.get("failed_runs", ())
    if not failed:
        return []
    runs = "\n".join(f"  {f['run']}: {f['error']}" for f in failed[:MOST_NAMED])
    more = "\n  …" if len(failed) > MOST_NAMED else ""
    return [Text(text("failed_runs", answer.lang, count=len(failed)) + f"\n{runs}{more}", style="bold")]


def give(
    kind: AnswerKind, content: Row, system: CareSystem | NamedNodes, how: tuple[OutputFormat, Language],
    out: Path | None = None, **shown: Any,
) -> None:  # fmt: skip
    """Save an answer where that is asked for, and print it.

    Parameters
    ----------
    kind, content, system, shown
        As for `document_of`.
    how
        Format and language.
    out
        The JSON file, or None.
    """
    output, lang = how
    document = document_of(kind, content, system, lang, **shown)
    if out is not None:
        write_json(out, document)
    print_answer(kind, document, lang, output)


def manifests_of(document: Row) -> Sequence[Row]:
    """Return the manifest of an answer, or those of the results that it compares."""
    return document["manifests"] if "manifests" in document else [document["manifest"]]


def read_document(path: Path, kinds: Mapping[str, AnswerKind]) -> dict[str, Any]:
    """Return a saved document that can be shown.

    Parameters
    ----------
    path
        A JSON file.
    kinds
        Command to kind.

    Raises
    ------
    StoreError
        If it cannot be read, is no answer, is of an unknown command or of another format, or lacks a part.
    """
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}): {AGAIN}") from error
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path} is no whole JSON file ({error}): {AGAIN}") from error
    document = cast(dict[str, Any], found) if isinstance(found, dict) else {}
    head: Row = document["answer"] if isinstance(document.get("answer"), dict) else {}
    if not head:
        raise StoreError(f"{path} says not which command answered (no 'answer'): it is no answer of randzon, or of a "
                         "version before answers could be reopened; ask again with the present one")  # fmt: skip
    command, form = head.get("command"), head.get("format")
    if form != FORMAT:
        raise StoreError(f"{path} has the format {form} of an answer, this version shows {FORMAT}: ask again with "
                         f"'randzon {command}', or show it with the version that wrote it "
                         f"({_writer(document)})")  # fmt: skip
    if command not in kinds:
        raise StoreError(f"{path} is an answer of '{command}', which cannot be shown; known are {', '.join(kinds)}")
    needed = output_schema(str(command).replace(" ", "-"))["required"]
    missing = [name for name in needed if name not in document]
    missing += [f"answer.{name}" for name in ("lang", "shown") if name not in head]
    if missing:
        raise StoreError(f"{path} is a damaged answer of '{command}': it lacks {', '.join(missing)}; ask again")
    return document


def _writer(document: Row) -> str:
    try:
        return f"code {manifests_of(document)[0]['code_version']}"
    except (KeyError, TypeError, IndexError):
        return "not stated"
