"""Events by name: what can happen to the care, and the scenarios of every place where it can strike."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph_schema import CareSystem, Problem, Quantity, Record, ScenarioConflict, SettingError, StoreError
from scenarios.quantities import Factor, factor
from scenarios.scenario import Scenario
from scenarios.values import CapacityEvent, DemandEvent, Event, Flag, Id, StaffingEvent, UnitClosed

__all__ = ["StressEvent", "Strike", "find_event", "months_after", "read_stress_events", "strikes"]

MOST_MONTHS = 60
Months = Annotated[int, Field(ge=1, le=MOST_MONTHS)]


class _Effect(BaseModel):
    """What an event does where it strikes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal["capacity", "staffing", "demand", "closure"]
    targets: tuple[Id, ...] = ()
    factor: Factor | None = None
    heads_gone: Annotated[float, Field(gt=0)] | None = None


class StressEvent(BaseModel):
    """One kind of event.

    Attributes
    ----------
    place
        Where it can strike: each hospital, each concentrated unit, each critical narrow skill, the country at once.
    months
        How long it lasts.
    loses_practice
        Whether what nobody practised meanwhile must be built up again.
    effects
        What happens there: a factor on capacity, staffing or demand, people who leave, a unit that closes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Id
    title_sv: str
    title_en: str
    place: Literal["hospital", "unit", "skill", "country"]
    months: Months
    loses_practice: Flag
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    effects: Annotated[tuple[_Effect, ...], Field(min_length=1)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    events: Annotated[tuple[StressEvent, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Strike:
    """An event at one place.

    Attributes
    ----------
    hospital, target
        Where; None for the country, and where the hospital as a whole is hit.
    scenario
        The event as the values that a scenario file would state.
    """

    event: str
    hospital: str | None
    target: str | None
    scenario: Scenario


def read_stress_events(path: Path | None = None) -> Mapping[str, StressEvent]:
    """Return the events by name: the packaged ones, or those of a TOML file of the same form.

    Raises
    ------
    StoreError
        If the file cannot be read.
    ScenarioConflict
        If it has problems; lists every one.

    Examples
    --------
    >>> read_stress_events()["infection"].months
    3
    """
    name = "stress_events.toml" if path is None else str(path)
    try:
        packaged = resources.files("scenarios").joinpath("stress_events.toml")
        content = (packaged if path is None else path).read_bytes()
    except OSError as error:
        raise StoreError(f"{name} cannot be read ({error.strerror}): check the path and its rights") from error
    try:
        read = _File.model_validate(tomllib.loads(content.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScenarioConflict([Problem(name, None, None, None, f"not TOML: {error}", "correct the file")]) from error
    except ValidationError as error:
        raise ScenarioConflict(
            [Problem(name, None, ".".join(map(str, e["loc"])), None, e["msg"], "see scenarios/stress_events.toml")
             for e in error.errors()]
        ) from None  # fmt: skip
    return MappingProxyType({event.name: event for event in read.events})


def months_after(begin: date, months: int) -> date:
    """Return the first day of the month that lies `months` later.

    Examples
    --------
    >>> months_after(date(2026, 1, 1), 14)
    datetime.date(2027, 3, 1)
    """
    return date(begin.year + (begin.month - 1 + months) // 12, (begin.month - 1 + months) % 12 + 1, 1)


def _remaining(record: Record, gone: float) -> Quantity | None:
    """Share of the specialists who stay when `gone` of them leave; None where nobody knows how many there are."""
    heads = record.quantity("specialists")
    if heads is None or heads.value <= 0:
        return None
    low, middle, high = (max(0.0, 1 - gone / max(n, gone)) for n in (heads.low, heads.value, heads.high))
    return replace(factor(middle, low, high, heads.source), grade=heads.grade, maximum=1.0)


def _rows(system: CareSystem, relationship: str, hospital: str) -> dict[str, Record]:
    return {r.text("target_id"): r for r in system.outgoing(relationship, hospital)}


def _at(
    system: CareSystem, effect: _Effect, hospital: str, target: str | None, days: tuple[date, date]
) -> Iterator[Event]:
    """Yield what an effect does at one place; nothing where the hospital has not what is hit."""
    if effect.kind == "closure":
        yield UnitClosed(hospital, *days, area=target)
        return
    relationship = "OPERATES" if effect.kind == "capacity" else "STAFFS"
    known = _rows(system, relationship, hospital)
    for name in effect.targets or ([target] if target else list(known)):
        if name not in known:
            continue
        gone = effect.heads_gone
        number = effect.factor if gone is None else _remaining(known[name], gone)
        if number is None:
            continue
        if effect.kind == "capacity":
            yield CapacityEvent(hospital, name, number, *days)
        else:
            yield StaffingEvent(hospital, name, number, *days)


def _places(
    event: StressEvent, hospitals: Sequence[str], units: Sequence[tuple[str, str]], skills: Sequence[tuple[str, str]]
) -> list[tuple[str | None, str | None]]:
    match event.place:
        case "country":
            return [(None, None)]
        case "hospital":
            return [(h, None) for h in hospitals]
        case "unit":
            return list(units)
        case "skill":
            return list(skills)


def strikes(
    event: StressEvent,
    system: CareSystem,
    days: tuple[date, date],
    hospitals: Sequence[str],
    units: Sequence[tuple[str, str]],
    skills: Sequence[tuple[str, str]],
) -> tuple[Strike, ...]:
    """Return the event at every place where it can strike.

    Parameters
    ----------
    event
        One of `read_stress_events`.
    system
        The dataset; not changed.
    days
        First day of the event, and the day after its last.
    hospitals, units, skills
        The hospitals, the concentrated units (hospital, area), and the critical narrow skills (hospital, competence).

    Raises
    ------
    SettingError
        If it can strike nowhere in this dataset.
    """
    found: list[Strike] = []
    for hospital, target in _places(event, hospitals, units, skills):
        events: list[Event] = []
        for effect in event.effects:
            if effect.kind == "demand":
                events.append(DemandEvent(effect.factor or factor(1.0), *days))
                continue
            for h in hospitals if hospital is None else [hospital]:
                events += _at(system, effect, h, target, days)
        # where a hospital lacks what the event is about, the event does not strike
        if any(not isinstance(e, DemandEvent) for e in events):
            name = "_".join(n for n in (event.name, hospital, target) if n)[:100]
            scenario = Scenario(name, event.title_sv, event.title_en, events=tuple(events), sources=event.sources)
            found.append(Strike(event.name, hospital, target, scenario))
    if not found:
        raise SettingError(f"event {event.name}: nothing in this dataset that it could strike; name another")
    return tuple(found)


def find_event(events: Mapping[str, StressEvent], wanted: str) -> StressEvent:
    """Return an event by its name.

    Raises
    ------
    SettingError
        If there is none of that name; names those there are.
    """
    if wanted not in events:
        near = difflib.get_close_matches(wanted, events, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise SettingError(f"--event {wanted}: no such event; {hint}There are {', '.join(events)}")
    return events[wanted]
