"""Every kind of decision and event as questions that a form asks, and the choices that the dataset gives for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Literal, get_args

from graph_schema import CareSystem, Quantity
from interface.node_names import names_in
from interface.page.service.dataset_choices import areas_by_name, candidate_names, today_of
from interface.texts import Language, text
from scenarios import Decision, Event, Scenario, factor, share
from scenarios.holders import holders
from scenarios.values import Form, Part, Reach

__all__ = ["KINDS", "Ask", "asks_of", "choices", "kind_of", "made", "missing", "per_cent", "quantity_of"]

Value = Decision | Event
Sort = Literal["area", "hospital", "hospitals", "units", "day", "first", "last", "days", "quantity", "word", "flag",
               "target"]  # fmt: skip
KINDS: Mapping[str, type[Value]] = MappingProxyType(
    {str(next(f.default for f in fields(k) if f.name == "kind")): k for k in (*get_args(Decision), *get_args(Event))}
)
SORTS: Mapping[str, Sort] = MappingProxyType({
    "area": "area", "with_area": "area", "hospital": "hospital", "from_hospital": "hospital",
    "to_hospital": "hospital", "hospitals": "hospitals", "units": "units", "date": "day", "date_from": "first",
    "date_to": "last", "days": "days", "volume_share": "quantity", "hours_share": "quantity", "factor": "quantity",
    "part": "word", "form": "word", "reach_change": "word", "permit": "flag", "resource": "target",
    "competence": "target", "region": "target",
})  # fmt: skip
WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"part": get_args(Part), "form": get_args(Form), "reach_change": get_args(Reach)}
)
# Of these a form may leave some out; a concentration without hospitals is one that goes nobody knows where.
OPTIONAL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"concentrate": ("hospitals", "date"), "change_scope": ("with_area", "date"),
     "softer_form": ("hospitals", "reach_change", "hours_share", "date"), "demand": ("area", "region"),
     "unit_closed": ("area",), "delayed_start": ("hospital",)}
)  # fmt: skip
DIGITS = 10  # of a share, so that per cent and back is the same number


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of a form.

    Attributes
    ----------
    name
        Of the property.
    sort
        How it is asked.
    optional
        Whether it may be left out.
    """

    name: str
    sort: Sort
    optional: bool


def kind_of(value: Value) -> str:
    """Return the kind of a decision or event, a key of `KINDS`."""
    return value.kind


def asks_of(kind: str) -> list[Ask]:
    """Return what is asked of a kind, in the order of the form: hospital before what the hospital has, dates last.

    Examples
    --------
    >>> [a.name for a in asks_of("move")]
    ['area', 'from_hospital', 'to_hospital', 'date']
    """
    names = [f.name for f in fields(KINDS[kind]) if f.name in SORTS]
    late = [n for n in names if SORTS[n] in ("day", "first", "last")]
    optional = OPTIONAL.get(kind, ("date",))
    return [Ask(n, SORTS[n], n in optional) for n in [*(n for n in names if n not in late), *late]]


def _hospitals(system: CareSystem, names: Mapping[str, str]) -> dict[str, str]:
    rows = [r for r in system.rows["Hospital"] if r.text("kind") != "unnamed"]
    rows.sort(key=lambda r: (-(r.number("latitude") or 0.0), r.key))
    return {r.key[0]: names[r.key[0]] for r in rows}


def _own(system: CareSystem, relationship: str, hospital: str | None, names: Mapping[str, str]) -> dict[str, str]:
    """What a hospital operates or staffs, by name."""
    found = set[str]() if hospital is None else {r.text("target_id") for r in system.outgoing(relationship, hospital)}
    return {i: names[i] for i in sorted(found, key=lambda i: names[i].casefold())}


def _leaving(system: CareSystem, area: str | None, scenario: Scenario, names: Mapping[str, str]) -> dict[str, str]:
    """Who may stop: those that provide the area today, and those that the scenario names."""
    if area is None:
        return {}
    ids = set(holders(system, area, today_of(system)))
    for decision in scenario.decisions:
        if decision.area == area:
            named = (getattr(decision, n, None) for n in ("hospital", "to_hospital", "hospitals"))
            ids |= {h for n in named if n for h in ((n,) if isinstance(n, str) else n)}
    every = {**_hospitals(system, names), **{h: names[h] for h in sorted(ids) if h in names}}
    return {h: name for h, name in every.items() if h in ids}


def choices(
    ask: Ask, kind: str, system: CareSystem, scenario: Scenario, given: Mapping[str, Any], lang: Language
) -> dict[str, str]:
    """Return what may be chosen for a question: id to name.

    Parameters
    ----------
    ask, kind
        The question and of which kind of decision or event it is.
    system, scenario
        The dataset, and what is composed so far.
    given
        What has been answered before it, by name; an answer of its own may be chosen again.
    lang
        Of the names.

    Returns
    -------
    dict
        Areas, resources and competences by name, hospitals and regions north to south.
    """
    names = names_in(system, lang)
    found = _choices(ask, kind, system, scenario, given, names, lang)
    stands = given.get(ask.name) or ()  # what a file states may be chosen again
    for known in (stands,) if isinstance(stands, str) else stands:
        found.setdefault(known, names.get(known, known))
    return found


def _choices(
    ask: Ask, kind: str, system: CareSystem, scenario: Scenario, given: Mapping[str, Any], names: Mapping[str, str],
    lang: Language,
) -> dict[str, str]:  # fmt: skip
    area = given.get("area")
    if ask.sort == "word":
        return {word: text(f"what_if_{ask.name}_{word}", lang) for word in WORDS[ask.name]}
    if ask.name in ("resource", "competence"):
        relationship = "OPERATES" if ask.name == "resource" else "STAFFS"
        return _own(system, relationship, given.get("hospital"), names)
    if ask.name == "region":
        rows = sorted(system.rows["Region"], key=lambda r: (-(r.number("latitude") or 0.0), r.key))
        return {r.key[0]: names[r.key[0]] for r in rows}
    if ask.sort == "area":
        return _areas(kind, ask.name, system, scenario, lang)
    if kind == "withdraw" or ask.name == "from_hospital":
        return _leaving(system, area, scenario, names)
    if kind == "concentrate" and area is not None:
        return candidate_names(system, area, lang)
    return _hospitals(system, names)


def _areas(kind: str, name: str, system: CareSystem, scenario: Scenario, lang: Language) -> dict[str, str]:
    """All areas; those that the scenario decides on where a kind only softens another decision."""
    every = areas_by_name(system, lang)
    if kind not in ("change_scope", "softer_form") or name != "area":
        return every
    decided = {d.area for d in scenario.decisions if d.kind not in ("change_scope", "softer_form")}
    return {i: n for i, n in every.items() if i in decided}


def per_cent(quantity: Quantity) -> tuple[float, float, float]:
    """Return value, low and high of a share or factor in per cent.

    Examples
    --------
    >>> per_cent(share(0.07, 0.05, 0.1))
    (7.0, 5.0, 10.0)
    """
    value, low, high = (round(100 * n, DIGITS) for n in (quantity.value, quantity.low, quantity.high))
    return value, low, high


def quantity_of(name: str, numbers: tuple[float, float, float], source: str, before: Quantity | None) -> Quantity:
    """Return the share or factor that a form states.

    Parameters
    ----------
    name
        ``factor``, ``volume_share`` or ``hours_share``.
    numbers
        Value, low and high in per cent.
    source
        Where they come from.
    before
        What stood there; where numbers and source are the same, it is kept with its grade.
    """
    if before is not None and numbers == per_cent(before) and source == before.source:
        return before
    value, low, high = (round(n / 100, DIGITS) for n in numbers)
    return (factor if name == "factor" else share)(value, low, high, source)


def missing(kind: str, given: Mapping[str, Any]) -> list[str]:
    """Return the names of the questions that must be answered and are not."""
    return [a.name for a in asks_of(kind) if not a.optional and given.get(a.name) in (None, "", ())]


def made(kind: str, given: Mapping[str, Any], before: Value | None = None) -> Value:
    """Return the decision or event that the answers state.

    Parameters
    ----------
    kind
        Of `KINDS`.
    given
        Property to answer; what is None or missing is left out. Of a concentration to given hospitals these say how
        many units there are.
    before
        What it replaces: it keeps its name.

    Examples
    --------
    >>> made("concentrate", {"area": "hocm", "units": 2, "hospitals": ("nus",)})
    Concentrate(area='hocm', units=1, hospitals=('nus',), date=None, name=None, kind='concentrate')
    """
    known = {f.name for f in fields(KINDS[kind])}
    values = {n: v for n, v in given.items() if n in known and v is not None and v != ()}
    if kind == "concentrate" and values.get("hospitals"):
        values["units"] = len(values["hospitals"])
    value = KINDS[kind](**values)
    if before is not None and before.name is not None:
        value = replace(value, name=before.name)
    return value
