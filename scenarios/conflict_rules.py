"""The rules that a scenario can break: code to what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from graph_schema import Problem

__all__ = ["RULES", "problem_of"]

LAW = "the law allows at most {most} units"
SHARE, FACTOR = "write a share from 0 to 1", "write 0 or more (1 changes nothing)"
KEEP = "keep one of them"

# What stands in braces comes with the problem.
RULES: Mapping[str, tuple[str, str]] = MappingProxyType({
    "empty": ("the scenario is empty", "write at least one decision or event"),
    "factor_below": ("below {limit}", FACTOR),
    "factor_part_below": ("{part} is below {limit}", FACTOR),
    "share_below": ("below {limit}", SHARE),
    "share_part_below": ("{part} is below {limit}", SHARE),
    "share_above": ("above {limit}", SHARE),
    "share_part_above": ("{part} is above {limit}", SHARE),
    "range_order": ("not low <= value <= high", "put the three in order"),
    "no_unit": ("fewer than one unit", "use close_area"),
    "too_many_units": (LAW, "write 1 to {most}"),
    "units_and_hospitals": ("{count} hospitals for {units} units", "name as many as units, or leave hospitals out"),
    "no_hospital": ("no hospital", "name those that open it"),
    "too_many_hospitals": (LAW, "name at most {most}, or write permit = false"),
    "hospital_repeated": ("named {times} times", "name each hospital once"),
    "moves_nowhere": ("moves to where it is", "name another hospital"),
    "no_delay": ("no delay", "write the number of days, 1 or more"),
    "dates_reversed": ("not after date_from {first}", "swap the dates; date_to is the first day after the event"),
    "name_repeated": ("two parts have this name", "give each its own"),
    "contradicts": ("contradicts {other} ({kind}), the same area and day",
                    "keep one of them, or give them different dates"),
    "beside_whole": ("{own} beside {other} ({kind}), which settles all units that day",
                     "name all hospitals there, or change the date"),
    "refused_and_named": ("refused and named in {other} on the same day", KEEP),
    "twice_same_day": ("{before} ({other}) and {own} of the same unit on the same day", KEEP),
    "softens_nothing": ("{own} without another decision on the area changes nothing",
                        "add the decision that it softens"),
    "second_share": ("a second share of the area beside {other}", "state both in one decision"),
    "delayed_twice": ("delayed twice", "write the sum of the days in one event"),
    "unknown_id": ("no {type} has this id", "write an id of the dataset's {type} rows"),
    "unknown_id_near": ("no {type} has this id", "did you mean {near}"),
    "other_type": ("this is a {found}, not a {type}", "write an id of the dataset's {type} rows"),
    "other_type_near": ("this is a {found}, not a {type}", "did you mean {near}"),
    "before_as_of": ("before the as-of date {as_of}",
                     "choose a later day, or write historic = true for a what-if on the past"),
    "not_there": ("{hospital} has no {relationship} row for it, so the event would change nothing",
                  "name one that the hospital has"),
    "provided_already": ("the area is provided already by {hospitals}", "use concentrate or grant"),
    "closes_unknown": ("closes an area whose holders nobody knows then", "name the hospitals in concentrate"),
    "closes_nothing": ("nobody provides the area", "leave it out"),
    "too_few_candidates": ("only {count} candidates are left: {hospitals}", "lower units or name the hospitals"),
    "refuses_permit": ("it has a permit, which cannot be refused", "use withdraw, or an earlier date"),
    "refused_too_late": ("refused after the area was concentrated to unknown units",
                         "date it on the day of concentrate or before"),
    "step_of_unknown": ("{own} of a unit of an area whose holders nobody knows then",
                        "name the hospitals in concentrate"),
    "has_no_unit": ("{own} of a unit that it does not have; the area is provided by {hospitals}",
                    "name a hospital that provides the area then"),
    "has_permit": ("it has a permit already", "leave the decision out"),
    "sixth_permit": ("{count} units on {day}, and the law allows at most five: {hospitals}",
                     "withdraw a permit first"),
    "delays_unknown": ("delays a hospital of an area whose holders nobody knows",
                       "leave hospital out: the whole area is late"),
    "delays_nothing": ("nothing begins there after the as-of date", "remove the event or correct area and hospital"),
})  # fmt: skip


def problem_of(file: str, place: str, value: str | None, code: str, about: Mapping[str, str]) -> Problem:
    """Return the problem that a scenario breaks a rule.

    Parameters
    ----------
    file
        Name of the scenario or its file.
    place
        Where it stands: ``decisions[1].area``.
    value
        What stands there; None: nothing.
    code
        Of `RULES`.
    about
        For the braces of the rule and its remedy: ids, kinds, numbers and dates as text.

    Examples
    --------
    >>> print(problem_of("x", "events[1].days", "0", "no_delay", {}))
    x, events[1].days = '0': no delay. Remedy: write the number of days, 1 or more.
    """
    rule, remedy = (words.format(**about) for words in RULES[code])
    return Problem(file, None, place, value, rule, remedy, code, tuple(about.items()))
