"""A name as people type it to the area or hospital that is meant."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping

from graph_schema import CareSystem, Record, UnknownNode

__all__ = ["find_node"]

LABELS = ("name_sv", "name_en", "name_in_source", "aliases", "sites")
NEAR = 0.72  # likeness from which on a misspelt word is taken as meant
FIRST_KINDS = ("university", "")  # a hospital of these is meant before others of the same town
LISTED = 6


def _plain(words: str) -> str:
    """Without accents, capitals and punctuation.

    Examples
    --------
    >>> _plain("Umeå, Norrlands-US")
    'umea norrlands us'
    """
    letters = unicodedata.normalize("NFKD", words.casefold())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in letters if not unicodedata.combining(c))))


def _labels(record: Record) -> list[str]:
    found = [record.key[0].replace("_", " ")]
    for name in LABELS:
        found.extend(part for part in [record.text(name), *re.split("[;/]", record.text(name))] if part.strip())
    return [_plain(label) for label in found]


def _score(wanted: str, labels: list[str]) -> int:
    """3: a label is the word; 2: every word stands in a label; 1: every word begins or ends one; 0: none."""
    words = wanted.split()
    best = 0
    for label in labels:
        if label == wanted:
            return 3
        inside = label.split()
        if all(w in inside for w in words):
            best = max(best, 2)
        elif all(any(i.startswith(w) or (len(w) > 3 and w in i) for i in inside) for w in words):
            best = max(best, 1)
    return best


def _near(wanted: str, labelled: Mapping[str, list[str]]) -> list[str]:
    """Ids whose labels, or single words of them, are most like the misspelt word."""
    likeness: dict[str, float] = {}
    for node, labels in labelled.items():
        parts = {*labels, *(word for label in labels for word in label.split())}
        likeness[node] = max((difflib.SequenceMatcher(None, wanted, p).ratio() for p in parts), default=0.0)
    best = max(likeness.values(), default=0.0)
    return [n for n, value in likeness.items() if value == best >= NEAR]


def find_node(system: CareSystem, type_name: str, wanted: str) -> str:
    """Return the id of the area or hospital that a word means.

    Parameters
    ----------
    system
        Holds the names: ids, names in both languages and in the sources, aliases.
    type_name
        A node type: ``CareArea``, ``Hospital``, ``Competence`` …
    wanted
        An id, a name, a part of it, or a misspelling; accents and capitals do not count.

    Raises
    ------
    UnknownNode
        If nothing is like it, or several are meant as well; names them.
    """
    labelled = {r.key[0]: _labels(r) for r in system.rows[type_name]}
    if wanted in labelled:
        return wanted
    plain = _plain(wanted)
    scores = {node: _score(plain, labels) for node, labels in labelled.items()} if plain else {}
    best = max(scores.values(), default=0)
    found = [n for n, s in scores.items() if s == best > 0] or _near(plain, labelled)
    first = [n for n in found if system.node(n).text("kind") in FIRST_KINDS]
    found = first or found
    if len(found) == 1:
        return found[0]
    kind = "care area" if type_name == "CareArea" else type_name.lower()
    if not found:
        near = difflib.get_close_matches(plain, [label for labels in labelled.values() for label in labels], n=3)
        hint = f"; near names: {', '.join(near)}" if near else ""
        raise UnknownNode(f"{wanted}: no {kind} is called so{hint}")
    names = ", ".join(f"{n} ({system.node(n).text('name_sv')})" for n in found[:LISTED])
    raise UnknownNode(f"{wanted}: {len(found)} {kind}s are meant; write one of the ids {names}")
