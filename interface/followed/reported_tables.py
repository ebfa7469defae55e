"""Tables of what units reported beside what was expected and predicted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from impact.followup.limits import FollowupLimits
from interface.citations import cited_sources
from interface.drawings.reported import verdict_word
from interface.followed.content import Followed
from interface.followed.parts import Part, columns_of
from interface.followup_text import count_text, range_text
from interface.numbers import format_share, format_value
from interface.texts import Language, text

__all__ = ["ahead_table", "confronted_table", "predicted_rows", "reported_table", "tally_table"]

SMALL = 20  # below it a level is shown with a decimal
DATASET, REPORT = "dataset", "report"
Row = Mapping[str, Any]
Cells = dict[str, str]


def _range(low: float | None, high: float | None, lang: Language, decimals: int = 0) -> str:
    return "" if low is None else "–".join(format_value(v, decimals, lang) for v in (low, high))


def _reported(row: Row, mask: int, lang: Language, *, is_alone: bool) -> str:
    """The number; a hidden one that is the whole of its year is below the mask, of others nothing is said."""
    if row["masked"] and is_alone:
        return f"<{mask}"
    return count_text(row["reported"], lang, row["masked"])


def _expected(row: Row, lang: Language) -> str:
    if row["expected"] is None:
        return text("followup_hidden", lang) if row["years_used"] else "–"
    return count_text(row["expected"], lang)


def _sources(found: Followed, rows: Sequence[Row], lang: Language) -> dict[str, int]:
    """The documents behind the reported numbers, numbered in their order."""
    cites = [cited_sources(found.system, r["source"], lang) for r in rows if r["origin"] == DATASET]
    return {name: i for i, name in enumerate(dict.fromkeys(cites), start=1)}


def _evidence(found: Followed, row: Row, sources: Mapping[str, int], lang: Language) -> str:
    """Where the reported number is from, and what the expected one rests on."""
    origin = text(f"followup_origin_{row['origin']}", lang)
    if row["origin"] == DATASET:
        origin = text("followed_source", lang, number=sources[cited_sources(found.system, row["source"], lang)])
    elif row["origin"] == REPORT:
        origin = text("followed_version", lang, origin=origin, number=row["source"])
    if row["years_used"]:
        span = f"{row['years_used'][0]}–{row['years_used'][-1]}"
        return "; ".join([origin, text("followed_from_years", lang, years=span)])
    if row["basis"] == DATASET:
        return "; ".join([origin, text("followed_from_assumption", lang)])
    return origin


def _first(area: str | None, hospital: str | None) -> tuple[str, ...]:
    """Columns that tell rows apart: neither area nor hospital where only one is asked for."""
    return (*(("area",) if area is None else ()), *(("hospital",) if hospital is None else ()))


def reported_table(found: Followed, lang: Language, area: str | None = None, hospital: str | None = None) -> Part:
    """Return the reported years with what was expected, as in `followup show --all`.

    Parameters
    ----------
    found
        The follow-up.
    lang
        Of the words.
    area, hospital
        Only these.
    """
    names = found.names(lang)
    every = found.content["rows"]
    chosen = found.rows("rows", area, hospital)
    sources = _sources(found, chosen, lang)
    alone = Counter((r["area"], r["year"]) for r in every if r["hospital"] is not None)
    rows = [
        {
            "area": names[r["area"]],
            "hospital": text("followup_all_holders", lang) if r["hospital"] is None else names[r["hospital"]],
            "followup_year": str(r["year"]),
            "followup_short_reported": _reported(r, found.mask, lang, is_alone=alone[r["area"], r["year"]] == 1),
            "followed_level": _range(r["mean_low"], r["mean_high"], lang, 0 if (r["mean_high"] or 0) >= SMALL else 1),
            "followup_expected": _expected(r, lang),
            "followed_range": _range(r["low"], r["high"], lang),
            "followed_outer": _range(r["outer_low"], r["outer_high"], lang),
            "followup_verdict": verdict_word(r["verdict"], lang) + ("*" if r["holds"] is False else ""),
            "followed_evidence": _evidence(found, r, sources, lang),
        }
        for r in chosen
    ]
    keys = ("followup_year", "followup_short_reported", "followed_level", "followup_expected",
            "followed_range", "followed_outer", "followup_verdict", "followed_evidence")  # fmt: skip
    first = _first(area, hospital)
    numbers = ("followup_short_reported", "followed_level", "followup_expected", "followed_range", "followed_outer")
    spread = found.content["dispersion"]
    how = text(
        "followup_how", lang, years=FollowupLimits.of(found.system).earlier_years,
        dispersion=format_value(spread["value"], 1, lang),
        **{k: format_value(spread[k], 1, lang) for k in ("low", "high")},
    )  # fmt: skip
    masked = f" {text('followup_masked', lang, mask=found.mask)}" if found.mask else ""
    told = [text("followed_source_is", lang, number=i, name=name) for name, i in sources.items()]
    columns, note = columns_of(lang, *first, *keys, numbers=numbers), " ".join([how + masked, *told])
    return Part(
        "reported", text("followed_reported", lang), columns, rows, note if rows else "",
        text("followed_no_report", lang), first[0] if len(first) == 1 else "",
    )  # fmt: skip


def confronted_table(found: Followed, lang: Language, area: str | None = None, hospital: str | None = None) -> Part:
    """Return kept predictions beside what was reported, as in `followup confront --all`.

    Parameters
    ----------
    found, lang, area, hospital
        As for `reported_table`.
    """
    names, hidden = found.names(lang), text("followup_hidden", lang)
    rows: list[Cells] = []
    for r in _confronted(found, area, hospital):
        told = r["mean"] is not None
        mean, ends = (count_text(r["mean"], lang), range_text(r, lang)) if told else (hidden, hidden)
        inside = hidden if r["inside"] is None else text("yes" if r["inside"] else "no", lang)
        rows.append(
            {
                "area": names[r["area"]], "hospital": str(names.get(r["hospital"], r["hospital"])),
                "followup_year": str(r["year"]), "confront_number": str(r["prediction"]),
                "followup_predicted": mean, "followed_predicted_range": ends,
                "followup_short_reported": count_text(r["reported"], lang, r["masked"]),
                "confront_is_inside": inside, "confront_kind": text(f"confront_kind_{r['kind']}", lang),
            }
        )  # fmt: skip
    keys = ("followup_year", "confront_number", "followup_predicted", "followed_predicted_range",
            "followup_short_reported", "confront_is_inside", "confront_kind")  # fmt: skip
    numbers = ("followup_predicted", "followed_predicted_range", "followup_short_reported")
    first = _first(area, hospital)
    return Part(
        "predictions", text("confront_rows", lang), columns_of(lang, *first, *keys, numbers=numbers), rows,
        text("limits_confront_1", lang), text("followed_no_prediction", lang),
    )  # fmt: skip


def _confronted(found: Followed, area: str | None, hospital: str | None) -> list[Row]:
    return [
        r for r in found.confronted["rows"]
        if area in (None, r["area"]) and hospital in (None, r["hospital"])
    ]  # fmt: skip


def tally_table(found: Followed, lang: Language) -> Part:
    """Return how many reports lay inside what was predicted, by kind of prediction; over all areas."""
    rows = [
        {
            "confront_kind": text(f"confront_kind_{r['kind']}", lang),
            "confront_inside": f"{r['inside']} / {r['compared']}",
            "confront_share": f"{format_share(r['share'], lang)} "
                              f"({format_share(r['low'], lang)}–{format_share(r['high'], lang)})",
            "confront_agrees": "–" if r["agrees"] is None else text("yes" if r["agrees"] else "no", lang),
        }
        for r in found.confronted["tally"]
        if r["compared"]
    ]  # fmt: skip
    keys = ("confront_kind", "confront_inside", "confront_share", "confront_agrees")
    return Part(
        "tally", text("confront_tally", lang), columns_of(lang, *keys), rows, text("limits_confront_2", lang),
        text("followed_no_prediction", lang),
    )  # fmt: skip


def predicted_rows(found: Followed, rows: Sequence[Row], area: str, hospital: str | None = None) -> list[Row]:
    """Return predictions of coming years that may be shown: those of units with a hidden year may not.

    Parameters
    ----------
    found
        The follow-up.
    rows
        Of `impact.followup.predict_patients`.
    area, hospital
        Only these.
    """
    reported = {(r["hospital"], r["year"]) for r in found.rows("rows", area)}
    return [
        r for r in rows
        if r["area"] == area and hospital in (None, r["hospital"]) and (r["area"], r["hospital"]) not in found.hidden
        and (r["hospital"], r["year"]) not in reported and not r["was_input"]
    ]  # fmt: skip


def ahead_table(found: Followed, rows: Sequence[Row], lang: Language) -> Part:
    """Return what the model predicts that units will report in coming years.

    Parameters
    ----------
    found
        The follow-up, for names.
    rows
        Of `predicted_rows`.
    lang
        Of the words.
    """
    names = found.names(lang)
    cells = [
        {
            "hospital": names[r["hospital"]], "followup_year": str(r["year"]),
            "followup_predicted": count_text(r["mean"], lang), "followed_predicted_range": range_text(r, lang),
            "followed_share_of_draws": format_share(r["p_patients"], lang),
        }
        for r in rows
    ]  # fmt: skip
    keys = ("hospital", "followup_year", "followup_predicted", "followed_predicted_range", "followed_share_of_draws")
    return Part(
        "ahead", text("followed_ahead", lang), columns_of(lang, *keys, numbers=keys[2:]), cells,
        text("followed_ahead_note", lang), text("followed_ahead_none", lang),
    )  # fmt: skip
