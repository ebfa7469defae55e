"""A scenario to the text of its TOML file, which `parse_scenario` reads back as the same scenario."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields
from typing import cast

from graph_schema import Quantity
from scenarios.quantities import STATED
from scenarios.scenario import Scenario
from scenarios.values import Decision, Event

__all__ = ["scenario_toml"]

# What TOML wants written otherwise inside quotes; other control characters become \uXXXX.
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
FIRST_PRINTABLE, DELETE = 32, 127


def _sign(sign: str) -> str:
    if sign in ESCAPES:
        return ESCAPES[sign]
    code = ord(sign)
    return f"\\u{code:04X}" if code < FIRST_PRINTABLE or code == DELETE else sign


def _text(words: str) -> str:
    return '"' + "".join(_sign(sign) for sign in words) + '"'


def _quantity(value: Quantity) -> str:
    if value.is_certain and value.grade == "assumed" and value.source == STATED:
        return repr(value.value)
    numbers = ", ".join(f"{name} = {getattr(value, name)!r}" for name in ("value", "low", "high"))
    return f"{{ {numbers}, grade = {_text(value.grade)}, source = {_text(value.source)} }}"


def _written(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case dt.date():
            return value.isoformat()
        case Quantity():
            return _quantity(value)
        case tuple():
            return "[" + ", ".join(_written(part) for part in cast(tuple[object, ...], value)) + "]"
        case _:
            return repr(value)


def _part(heading: str, value: Decision | Event) -> Iterator[str]:
    yield f"\n[[{heading}]]"
    yield f"kind = {_text(value.kind)}"
    for item in fields(value):
        found = getattr(value, item.name)
        if item.name != "kind" and found is not None and found != item.default:
            yield f"{item.name} = {_written(found)}"


def scenario_toml(scenario: Scenario) -> str:
    r"""Return the scenario as the text of a file that `randzon run` accepts.

    Parameters
    ----------
    scenario
        What is decided and what happens.

    Returns
    -------
    str
        TOML; `parse_scenario` of it gives the same scenario, and so the same hash.

    Examples
    --------
    >>> from scenarios.values import Concentrate
    >>> print(scenario_toml(Scenario("two", "Två \"enheter\"", decisions=(Concentrate("hocm", 2),))))
    name = "two"
    title_sv = "Två \"enheter\""
    <BLANKLINE>
    [[decisions]]
    kind = "concentrate"
    area = "hocm"
    units = 2
    <BLANKLINE>
    """
    lines = [f"name = {_text(scenario.name)}", f"title_sv = {_text(scenario.title_sv)}"]
    for item in fields(scenario):
        found = getattr(scenario, item.name)
        if item.name not in ("name", "title_sv", "decisions", "events") and found != item.default:
            lines.append(f"{item.name} = {_written(found)}")
    for decision in scenario.decisions:
        lines.extend(_part("decisions", decision))
    for event in scenario.events:
        lines.extend(_part("events", event))
    return "\n".join(lines) + "\n"
