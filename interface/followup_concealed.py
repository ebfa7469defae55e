"""What a follow-up shows where numbers are hidden: verdicts, intervals and tallies that rest on them hidden too.

The reckoning (`impact.followup`) hides the numbers; here goes all that was judged by them. The measure is that what is
shown would be the same had the hidden numbers been others with the same sums.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from graph_schema import CareSystem
from impact.followup import follow_up
from impact.followup.confront import tally_rows
from impact.followup.follow_up import chance_of
from loaders.followup import Standing, Version, load_measures

__all__ = ["HIDDEN", "concealed_confront", "concealed_follow_up", "hidden_units"]

HIDDEN = "hidden"  # verdict that is not told
NO_EXPECTATION = "no_expectation"
NUMBERS = ("reported", "expected", "mean", "diverted", "value")  # of a trigger; one that is hidden hides the trigger
OF_PREDICTION = ("mean", "low", "high", "p_patients", "inside")
Row = Mapping[str, Any]
Unit = tuple[str, str]  # area, hospital
UnitYear = tuple[str, str | None, int]


def _rests_on_hidden(row: Row) -> bool:
    """Whether the row's number is hidden, or its expected one because of an earlier year."""
    return bool(row["masked"]) or (bool(row.get("years_used")) and row["expected"] is None)


def _judged(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows whose verdict goes with the number that it judges; that nothing is expected says nothing of the number."""
    return [
        {**r, "verdict": HIDDEN, **({"holds": None} if "holds" in r else {})}
        if _rests_on_hidden(r) and r["verdict"] != NO_EXPECTATION
        else dict(r)
        for r in rows
    ]


def _hidden_years(rows: Sequence[Row]) -> frozenset[UnitYear]:
    return frozenset((r["area"], r["hospital"], r["year"]) for r in rows if r["masked"])


def _stated(rows: Sequence[Row], years: Collection[UnitYear]) -> list[dict[str, Any]]:
    """What units stated; a median of days of so few is hidden too."""
    return [
        {**r, "value": None, "masked": True}
        if load_measures()[r["measure"]].kind == "number" and (r["area"], r["hospital"], r["year"]) in years
        else dict(r)
        for r in rows
    ]


def _reviews(rows: Sequence[Row], years: Collection[UnitYear]) -> list[dict[str, Any]]:
    """Reasons that rest on no hidden number."""
    found: list[dict[str, Any]] = []
    for row in rows:
        kept = [
            t for t in row["triggers"]
            if all(t[name] is not None for name in NUMBERS if name in t)
            and not (t["rule"] == "lead_time" and (row["area"], row["hospital"], t["year"]) in years)
        ]  # fmt: skip
        if kept:
            found.append({**row, "triggers": kept})
    return found


def concealed_follow_up(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a follow-up without what was judged by hidden numbers.

    Parameters
    ----------
    found
        Of `impact.followup.follow_up`, with its mask.

    Returns
    -------
    dict
        The same; the verdict of a row that rests on a hidden number is ``hidden`` and its ``holds`` None, reasons for a
        review that rest on one are left out, ``chance`` counts what is shown.
    """
    rows = _judged(found["rows"])
    years = _hidden_years(rows)
    return {
        **found,
        "rows": rows,
        "regions": _judged(found["regions"]),
        "groups": _judged(found["groups"]),
        "stated": _stated(found["stated"], years),
        "review": _reviews(found["review"], years),
        "chance": chance_of([r for r in rows if r["verdict"] != HIDDEN]),
    }


def hidden_units(
    system: CareSystem, predictions: Sequence[Version], standing: Sequence[Standing], mask: int
) -> frozenset[Unit]:
    """Return area and hospital of which the number of any year is hidden.

    What is predicted of them rests on the mean over their years, which with the shown years gives the hidden one.

    Parameters
    ----------
    system, standing
        What was reported.
    predictions
        Kept ones: they say which hospital stands for one without a name.
    mask
        Numbers below it are hidden; 0 hides nothing.
    """
    if mask <= 0:
        return frozenset()
    hidden = {(r["area"], r["hospital"]) for r in follow_up(system, standing, mask=mask)["rows"]
              if r["masked"] and r["hospital"] is not None}  # fmt: skip
    stands = [version.content["stands_for"] for version in predictions]
    return frozenset(hidden | {(area, s[hospital]) for area, hospital in hidden for s in stands if hospital in s})


def concealed_confront(found: Mapping[str, Any], hidden: Collection[Unit]) -> dict[str, Any]:
    """Return predictions beside reports without what gives hidden numbers back.

    Parameters
    ----------
    found
        Of `impact.followup.confront`, with its mask.
    hidden
        Of `hidden_units`.

    Returns
    -------
    dict
        The same; of hidden units neither mean nor interval (both rest on the mean over their years), of hidden numbers
        not whether they lie inside (None), and a ``tally`` of what is shown.
    """
    rows: list[dict[str, Any]] = []
    for row in found["rows"]:
        if (row["area"], row["hospital"]) in hidden:
            rows.append({**row, **dict.fromkeys(OF_PREDICTION)})
        else:
            rows.append({**row, "inside": None} if row["masked"] else dict(row))
    return {**found, "rows": rows, "tally": tally_rows([r for r in rows if r["inside"] is not None])}
