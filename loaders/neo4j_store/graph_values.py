"""Values as the driver returns them (nodes, relationships, paths, times) to plain ones and to one line of text.

They are known by their attributes, so that this needs no driver.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

__all__ = ["one_line", "plain_value"]

NAMED = ("name_sv", "name_en", "name")
HIDDEN = ("randzon_version", "randzon_key")
MOST_SHOWN = 4  # properties of a relationship in one line
SECOND_LABEL = "Randzon"


def _is_node(value: Any) -> bool:
    return hasattr(value, "labels") and hasattr(value, "element_id")


def _is_relationship(value: Any) -> bool:
    return hasattr(value, "start_node") and hasattr(value, "type")


def _is_path(value: Any) -> bool:
    return hasattr(value, "relationships") and hasattr(value, "nodes")


def _labels(node: Any) -> list[str]:
    return sorted(label for label in node.labels if label != SECOND_LABEL)


def _properties(value: Any) -> dict[str, Any]:
    return {key: plain_value(item) for key, item in sorted(value.items()) if key not in HIDDEN}


def plain_value(value: Any) -> Any:
    r"""Return a value as JSON has it.

    Parameters
    ----------
    value
        A node becomes ``{"labels", "properties"}``, a relationship ``{"type", "source", "target", "properties"}`` (ids
        of its ends, None where the answer does not hold them), a path ``{"nodes", "relationships"}``, a date or time
        its ISO text, bytes hexadecimal digits.

    Examples
    --------
    >>> plain_value({"a": [1, None, b"\x01"]})
    {'a': [1, None, '01']}
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | bytearray):
        return bytes(value).hex()
    if _is_path(value):
        return {
            "nodes": [plain_value(node) for node in value.nodes],
            "relationships": [plain_value(relationship) for relationship in value.relationships],
        }
    if _is_node(value):
        return {"labels": _labels(value), "properties": _properties(value)}
    if _is_relationship(value):
        ends = {name: node.get("id") for name, node in (("source", value.start_node), ("target", value.end_node))}
        return {"type": value.type, **ends, "properties": _properties(value)}
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in cast(Mapping[Any, Any], value).items()}
    iso = getattr(value, "iso_format", None) or getattr(value, "isoformat", None)
    if iso is not None:  # before lists: the driver's durations are tuples
        return str(iso())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain_value(item) for item in cast("list[Any]", value)]
    return str(value)


def _node_line(node: Any) -> str:
    name = next((str(node[key]) for key in NAMED if node.get(key)), "")
    words = [":".join(_labels(node)), str(node.get("id", "")), f'"{name}"' if name else ""]
    return f"({' '.join(filter(None, words))})"


def _relationship_line(relationship: Any) -> str:
    properties = _properties(relationship)
    shown = [f"{key}={one_line(properties[key])}" for key in list(properties)[:MOST_SHOWN]]
    more = ["…"] if len(properties) > MOST_SHOWN else []
    return f"[{' '.join([relationship.type, *shown, *more])}]"


def _path_line(path: Any) -> str:
    parts = [_node_line(path.nodes[0])]
    for start, step, end in zip(path.nodes[:-1], path.relationships, path.nodes[1:], strict=True):
        forward = step.start_node.element_id == start.element_id
        parts.append(f"-[{step.type}]->" if forward else f"<-[{step.type}]-")
        parts.append(_node_line(end))
    return "".join(parts)


def one_line(value: Any) -> str:
    """Return a value as one line for a table.

    Parameters
    ----------
    value
        A node reads ``(Hospital nus "Norrlands universitetssjukhus")``, a path ``(…)-[PROVIDES]->(…)``; None reads as
        nothing.

    Examples
    --------
    >>> one_line([1, 2.5, True]), one_line({"a": None})
    ('1, 2.5, true', '{a: }')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if _is_path(value):
        return _path_line(value)
    if _is_node(value):
        return _node_line(value)
    if _is_relationship(value):
        return _relationship_line(value)
    if isinstance(value, Mapping):
        items = cast(Mapping[Any, Any], value).items()
        return f"{{{', '.join(f'{key}: {one_line(item)}' for key, item in items)}}}"
    if hasattr(value, "iso_format"):
        return str(plain_value(value))
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(one_line(item) for item in cast("list[Any]", value))
    return str(plain_value(value))
