"""Who provides an area when: permits of the dataset and changes of the scenario on one time axis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from graph_schema import CareSystem, Record
from impact.model.changes import Course, HolderChange

__all__ = ["AreaTimeline", "Span", "area_timelines"]

BEGINNING = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until the next span these hospitals hold the area.

    `unknown_units` above 0: the holders are a set of that many of `hospitals`, one set a draw.
    """

    start: date
    hospitals: tuple[str, ...]
    unknown_units: int = 0


@dataclass(frozen=True, slots=True)
class AreaTimeline:
    """The spans of one area, and the first day of its first permit after the start of history.

    Attributes
    ----------
    spans
        Sorted by start; the first starts at the beginning of time.
    decided
        First day of the first permit that begins after the start of history, where no permit was in force
        before; None otherwise.
    begins
        Before this day the area is where its history says; None where it never was. The first day of the first
        holders of this course, except that a standing system never leaves the state of its as-of date.
    opening
        The dataset's first holders: they stand in before anybody holds the area.
    """

    area: str
    spans: tuple[Span, ...]
    decided: date | None
    begins: date | None
    opening: tuple[str, ...] = ()

    def at(self, day: date) -> Span:
        """Return the span in force on a day."""
        spans = [s for s in self.spans if s.start <= day]
        if any(s.hospitals for s in spans):
            return spans[-1]
        return Span(BEGINNING, self.opening)


def _holder_rows(system: CareSystem, area: str) -> list[Record]:
    return [r for r in system.incoming("PROVIDES", area) if r.text("sub_permit") == ""]


def _first_day(record: Record, delays: Mapping[tuple[str, str], int]) -> date:
    text = record.text("valid_from")
    start = date.fromisoformat(text) if text else BEGINNING
    days = delays.get((record.text("target_id"), record.text("source_id")), 0)
    return start + timedelta(days=days) if text else start


def _held(rows: list[Record], day: date, delays: Mapping[tuple[str, str], int]) -> tuple[str, ...]:
    found: set[str] = set()
    for record in rows:
        last = record.text("valid_to")
        if _first_day(record, delays) <= day and (not last or day <= date.fromisoformat(last)):
            found.add(record.text("source_id"))
    return tuple(sorted(found))


def _dataset_spans(rows: list[Record], delays: Mapping[tuple[str, str], int]) -> list[Span]:
    days = {BEGINNING}
    for record in rows:
        days.add(_first_day(record, delays))
        if record.text("valid_to"):
            days.add(date.fromisoformat(record.text("valid_to")) + timedelta(days=1))
    return [Span(day, _held(rows, day, delays)) for day in sorted(days)]


def _held_after(change: HolderChange, span: Span) -> tuple[str, ...]:
    return tuple(sorted((set(span.hospitals) - set(change.removed)) | set(change.added)))


def _changed(spans: list[Span], area: str, course: Course) -> list[Span]:
    for change in course.holder_changes:
        if change.area != area:
            continue
        later = [s for s in spans if s.start > change.date]
        if change.unknown_units > 0:
            new, later = Span(change.date, tuple(change.candidates), change.unknown_units), []
        else:
            before = [s for s in spans if s.start <= change.date][-1]
            units = before.unknown_units if not change.added else 0
            new = Span(change.date, _held_after(change, before), units)
            later = [replace(s, hospitals=_held_after(change, s)) for s in later]
        spans = [s for s in spans if s.start < change.date] + [new] + later
    return spans


def _replayed(course: Course, area: str) -> date | None:
    """First day of a change that the scenario makes in the past: the area's own decisions are then set aside."""
    days = [c.date for c in course.holder_changes if c.area == area and c.date <= course.as_of]
    return min(days, default=None)


class _Timelines:
    """Timelines of a system: as it is, with a scenario, or without what the scenario re-enacts."""

    def __init__(self, system: CareSystem, course: Course, history_start: date, *, stands: bool) -> None:
        self.system, self.course, self.history_start, self.stands = system, course, history_start, stands
        self.delays = {
            (delay.area, hospital): delay.days
            for delay in course.delays
            for hospital in ([delay.hospital] if delay.hospital else _providers(system, delay.area))
        }

    def _decided(self, rows: list[Record], delays: Mapping[tuple[str, str], int]) -> date | None:
        firsts = sorted(_first_day(r, delays) for r in rows if r.flag("permit"))
        late = bool(firsts) and firsts[0] > self.history_start and not any(not r.flag("permit") for r in rows)
        return firsts[0] if late else None

    def timeline(self, area: str, *, changed: bool, replay: bool) -> AreaTimeline:
        rows, delays = _holder_rows(self.system, area), self.delays if changed else {}
        spans = _dataset_spans(rows, delays)
        decided = self._decided(rows, delays)
        opening = next((s.hospitals for s in spans if s.hospitals), ())
        replayed = _replayed(self.course, area) if replay else None
        was_elsewhere = decided is not None
        if self.stands:
            last = self.course.as_of if replayed is None else replayed - timedelta(days=1)
            held = [s for s in spans if s.start <= last][-1].hospitals
            was_elsewhere = decided is not None and decided > last
            opening = opening if was_elsewhere else held
            spans = [Span(BEGINNING, held)]
        elif replayed is not None:
            spans = [s for s in spans if s.start < replayed]
        spans = _changed(spans, area, self.course) if changed else spans
        begins = next((s.start for s in spans if s.hospitals), date.max) if was_elsewhere else None
        return AreaTimeline(area, tuple(spans), decided, begins, opening)


def area_timelines(
    system: CareSystem, course: Course, history_start: date, *, stands: bool, changed: bool, replay: bool = False
) -> tuple[AreaTimeline, ...]:
    """Return the timeline of every area, in the order of their ids.

    Parameters
    ----------
    system
        A validated system.
    course
        The dated changes of a scenario; may be empty.
    history_start
        Permits in force on this day are older than the decisions that are looked at.
    stands
        Freeze the dataset's own permits at the as-of date (start `standing`).
    changed
        With the scenario's changes, or without.
    replay
        Set an area's own decisions aside from the day on which the scenario changes it in the past: without the
        scenario the area then stays where its history says.
    """
    timelines = _Timelines(system, course, history_start, stands=stands)
    areas = [record.key[0] for record in system.rows["CareArea"]]
    return tuple(timelines.timeline(area, changed=changed, replay=replay) for area in areas)


def _providers(system: CareSystem, area: str) -> list[str]:
    return [r.text("source_id") for r in _holder_rows(system, area)]
