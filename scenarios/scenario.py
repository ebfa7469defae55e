"""A scenario: decisions and events with a name, a text and sources, as one frozen value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

from graph_schema import Quantity, SettingError, canonical_hash
from scenarios.values import Decision, Event

__all__ = ["Scenario", "quantity_id", "scenario_content", "scenario_hash"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What somebody decides and what happens; never changed after it is made.

    Attributes
    ----------
    name
        Id of the scenario, ``[a-z0-9_]+``.
    historic
        Whether its dates may lie before the as-of date (a what-if on the past).
    sources, notes
        Where it comes from, as text.

    Examples
    --------
    >>> from scenarios.values import Concentrate
    >>> Scenario("two_units", decisions=(Concentrate("hocm", 2),)).decisions[0].units
    2
    """

    name: str
    title_sv: str = ""
    title_en: str = ""
    description_sv: str = ""
    description_en: str = ""
    decisions: tuple[Decision, ...] = ()
    events: tuple[Event, ...] = ()
    historic: bool = False
    sources: tuple[str, ...] = ()
    notes: str = ""

    def places(self) -> Iterator[tuple[str, Decision | Event]]:
        """Yield each decision and event with its place, counted from 1: ``decisions[1]``, ``events[1]``."""
        for i, decision in enumerate(self.decisions, start=1):
            yield f"decisions[{i}]", decision
        for i, event in enumerate(self.events, start=1):
            yield f"events[{i}]", event

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """Every quantity that the scenario states, by its id ``scenario.<place or name>.<property>``."""
        return MappingProxyType(
            {
                quantity_id(place, value, name): quantity
                for place, value in self.places()
                for name, quantity in _quantities(value)
            }
        )

    @property
    def scenario_hash(self) -> str:
        """SHA-256 of the canonical content."""
        return scenario_hash(self)

    def with_values(self, values: Mapping[str, float], source: str) -> Scenario:
        """Return the scenario with quantities fixed at other values.

        Parameters
        ----------
        values
            Quantity id to value.
        source
            Where the change comes from; becomes the source of the quantity.

        Raises
        ------
        SettingError
            If the scenario has no such quantity.
        """
        unknown = sorted(set(values) - set(self.quantities))
        if unknown:
            known = ", ".join(self.quantities) or "none"
            raise SettingError(f"no quantity {', '.join(unknown)} in the scenario; it has: {known}")
        changed: dict[str, Decision | Event] = {}
        for place, value in self.places():
            new = {
                name: quantity.with_value(values[quantity_id(place, value, name)], source)
                for name, quantity in _quantities(value)
                if quantity_id(place, value, name) in values
            }
            changed[place] = replace(value, **new)
        decisions = tuple(changed[f"decisions[{i}]"] for i in range(1, len(self.decisions) + 1))
        events = tuple(changed[f"events[{i}]"] for i in range(1, len(self.events) + 1))
        return replace(self, decisions=decisions, events=events)


def _quantities(value: Decision | Event) -> Iterator[tuple[str, Quantity]]:
    for item in fields(value):
        quantity = getattr(value, item.name)
        if isinstance(quantity, Quantity):
            yield item.name, quantity


def quantity_id(place: str, value: Decision | Event, name: str) -> str:
    """Return the id of a quantity of a decision or event.

    Examples
    --------
    >>> from scenarios.quantities import share
    >>> from scenarios.values import ChangeScope
    >>> quantity_id("decisions[2]", ChangeScope("hocm", "surgery_only", share(0.4)), "volume_share")
    'scenario.decisions_2.volume_share'
    """
    middle = value.name or place.replace("[", "_").replace("]", "")
    return f"scenario.{middle}.{name}"


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


def _mapping(value: Decision | Event) -> dict[str, object]:
    return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}


def scenario_content(scenario: Scenario) -> dict[str, object]:
    """Return the scenario as plain mappings: dates as ISO text, quantities as they are."""
    content: dict[str, object] = {item.name: getattr(scenario, item.name) for item in fields(scenario)}
    content["decisions"] = [_mapping(value) for value in scenario.decisions]
    content["events"] = [_mapping(value) for value in scenario.events]
    return content


def scenario_hash(scenario: Scenario) -> str:
    """Return the SHA-256 of the scenario's canonical content.

    Examples
    --------
    >>> from scenarios.values import Grant, Refuse
    >>> a = Scenario("a", decisions=(Grant("hocm", "sus"),))
    >>> scenario_hash(a) == scenario_hash(Scenario("a", decisions=(Refuse("hocm", "sus"),)))
    False
    """
    return canonical_hash(scenario_content(scenario))
