"""Decisions and events as frozen values: what somebody decides, and what happens.

A decision without a date acts on the first day after the as-of date. An event lasts from `date_from` up to,
not including, `date_to`. ``name`` (optional) names the value in the ids of its quantities.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, Strict

from scenarios.quantities import Factor, Share

__all__ = [
    "CapacityEvent",
    "ChangeScope",
    "CloseArea",
    "Concentrate",
    "Decision",
    "DelayedStart",
    "DemandEvent",
    "Event",
    "Grant",
    "Id",
    "Move",
    "OpenArea",
    "Refuse",
    "SofterForm",
    "StaffingEvent",
    "UnitClosed",
    "Withdraw",
]

FORM = ConfigDict(extra="forbid")
Id = Annotated[str, Field(pattern="^[a-z0-9_]+$", max_length=100)]
Ids = tuple[Id, ...]
Count = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Day = Annotated[dt.date, Strict()]
Part = Literal["share", "surgery_only", "assessment_only", "child_and_adult_together", "sub_permit", "overlap"]
Form = Literal["outreach", "satellite", "partner", "digital_assessment", "co_location"]
Reach = Literal["in_reach", "network"]


@dataclass(frozen=True, slots=True)
class Concentrate:
    """An area goes to a number of units; `hospitals` None: nobody knows yet to which."""

    __pydantic_config__ = FORM
    area: Id
    units: Count
    hospitals: Ids | None = None
    date: Day | None = None
    name: Id | None = None
    kind: Literal["concentrate"] = "concentrate"


@dataclass(frozen=True, slots=True)
class Grant:
    """A hospital gets a permit.

    Where nobody held one before, the first permits make the care a national one: who provides it without a
    permit and gets none on that day stops.
    """

    __pydantic_config__ = FORM
    area: Id
    hospital: Id
    date: Day | None = None
    name: Id | None = None
    kind: Literal["grant"] = "grant"


@dataclass(frozen=True, slots=True)
class Refuse:
    """A hospital gets no permit; it stops if it provided the care without one, and is no candidate."""

    __pydantic_config__ = FORM
    area: Id
    hospital: Id
    date: Day | None = None
    name: Id | None = None
    kind: Literal["refuse"] = "refuse"


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A hospital that provides the care stops, by its own wish or because the permit is taken back."""

    __pydantic_config__ = FORM
    area: Id
    hospital: Id
    date: Day | None = None
    name: Id | None = None
    kind: Literal["withdraw"] = "withdraw"


@dataclass(frozen=True, slots=True)
class Move:
    """A unit moves from one hospital to another."""

    __pydantic_config__ = FORM
    area: Id
    from_hospital: Id
    to_hospital: Id
    date: Day | None = None
    name: Id | None = None
    kind: Literal["move"] = "move"


@dataclass(frozen=True, slots=True)
class OpenArea:
    """An area begins at these hospitals.

    With `permit` false the care is regional: the hospitals replace those that hold it, more than five may do it.
    """

    __pydantic_config__ = FORM
    area: Id
    hospitals: Ids
    permit: Flag = True
    date: Day | None = None
    name: Id | None = None
    kind: Literal["open_area"] = "open_area"


@dataclass(frozen=True, slots=True)
class CloseArea:
    """Nobody provides the area any more."""

    __pydantic_config__ = FORM
    area: Id
    date: Day | None = None
    name: Id | None = None
    kind: Literal["close_area"] = "close_area"


@dataclass(frozen=True, slots=True)
class ChangeScope:
    """The scenario's other decisions on the area concern only `volume_share` of its patients.

    The rest stays where it was. Without a date it acts with the first of those decisions.
    """

    __pydantic_config__ = FORM
    area: Id
    part: Part
    volume_share: Share
    with_area: Id | None = None
    date: Day | None = None
    name: Id | None = None
    kind: Literal["change_scope"] = "change_scope"


@dataclass(frozen=True, slots=True)
class SofterForm:
    """Hospitals cooperate: `volume_share` of the patients keep their former hospital.

    `hospitals` (empty: all) are those former hospitals; `hours_share` of the travel remains for those who move;
    `reach_change` is the reach that competences get by the cooperation. Without a date it acts with the first
    of the scenario's other decisions on the area.
    """

    __pydantic_config__ = FORM
    area: Id
    form: Form
    volume_share: Share
    hospitals: Ids = ()
    reach_change: Reach | None = None
    hours_share: Share | None = None
    date: Day | None = None
    name: Id | None = None
    kind: Literal["softer_form"] = "softer_form"


@dataclass(frozen=True, slots=True)
class CapacityEvent:
    """Staffed capacity of a resource is multiplied by a factor."""

    __pydantic_config__ = FORM
    hospital: Id
    resource: Id
    factor: Factor
    date_from: Day
    date_to: Day
    name: Id | None = None
    kind: Literal["capacity"] = "capacity"


@dataclass(frozen=True, slots=True)
class StaffingEvent:
    """The posts of a competence are multiplied by a factor."""

    __pydantic_config__ = FORM
    hospital: Id
    competence: Id
    factor: Factor
    date_from: Day
    date_to: Day
    name: Id | None = None
    kind: Literal["staffing"] = "staffing"


@dataclass(frozen=True, slots=True)
class DemandEvent:
    """Demand is multiplied by a factor, in an area (None: all) and a region (None: all)."""

    __pydantic_config__ = FORM
    factor: Factor
    date_from: Day
    date_to: Day
    area: Id | None = None
    region: Id | None = None
    name: Id | None = None
    kind: Literal["demand"] = "demand"


@dataclass(frozen=True, slots=True)
class UnitClosed:
    """A hospital's unit is closed for an area (None: all its areas)."""

    __pydantic_config__ = FORM
    hospital: Id
    date_from: Day
    date_to: Day
    area: Id | None = None
    name: Id | None = None
    kind: Literal["unit_closed"] = "unit_closed"


@dataclass(frozen=True, slots=True)
class DelayedStart:
    """Units that are to begin after the as-of date begin `days` later; `hospital` None: all of the area."""

    __pydantic_config__ = FORM
    area: Id
    days: Count
    hospital: Id | None = None
    name: Id | None = None
    kind: Literal["delayed_start"] = "delayed_start"


Decision = Concentrate | Grant | Refuse | Withdraw | Move | OpenArea | CloseArea | ChangeScope | SofterForm
Event = CapacityEvent | StaffingEvent | DemandEvent | UnitClosed | DelayedStart
