"""Tables of the conditions of permits and whether they are met, and of what a review is taken up for and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from interface.citations import cited_sources
from interface.followed.content import Followed
from interface.followed.parts import Part, columns_of
from interface.followup_text import reason_text, trigger_text
from interface.phrases import phrase
from interface.texts import Language, text
from loaders.followup import load_triggers

__all__ = ["condition_table", "limit_table", "recurring_table", "review_table"]

OF_DATASET = {"yes": "met", "met": "met", "partly": "partly", "no": "not_met"}
LOG = "case_log"
PLANNED, OWN_WORDS = "due", "holder_flag"
Row = Mapping[str, Any]
Cells = dict[str, str]


def _reported(found: Followed, lang: Language) -> Iterator[Cells]:
    """The latest report of each condition, met or not; since when it has not been."""
    since = {
        (r["area"], r["hospital"], r["condition"]): r["since"]
        for r in found.content["conditions"] if r["origin"] != LOG
    }  # fmt: skip
    latest: dict[tuple[str, str, str], Any] = {}
    for entry in found.standing:
        row = entry.row
        if row.measure == "condition":
            key = (row.area, row.hospital, row.subject)
            if key not in latest or latest[key].row.year < row.year:
                latest[key] = entry
    for key, entry in latest.items():
        row = entry.row
        yield {
            "area": row.area, "hospital": row.hospital, "followup_condition": row.subject,
            "followup_state": text(f"followup_state_{row.value}", lang), "followed_year_of": str(row.year),
            "followup_since": since.get(key, ""),
            "followup_source": text(
                "followed_version", lang, origin=text("followup_origin_report", lang), number=entry.version.number
            ),
        }  # fmt: skip


def _in_dataset(found: Followed, lang: Language) -> Iterator[Cells]:
    """Deviations that the documents state."""
    for row in found.system.rows["DEVIATES_FROM"]:
        state = OF_DATASET.get(row.text("fulfilment"), "partly")
        yield {
            "area": row.text("target_id"), "hospital": row.text("source_id"),
            "followup_condition": found.said(row.text("condition"), lang),
            "followup_state": text(f"followup_state_{state}", lang),
            "followed_year_of": str(int(row.number("year") or 0)),
            "followup_source": cited_sources(found.system, row.text("source"), lang),
        }  # fmt: skip


def _in_log(found: Followed, lang: Language) -> Iterator[Cells]:
    for row in found.content["conditions"]:
        if row["origin"] == LOG:
            why = f" ({found.said(row['note'], lang)})" if row["note"] else ""
            yield {
                "area": row["area"], "hospital": "", "followup_condition": found.said(row["condition"], lang) + why,
                "followup_state": text(f"followup_state_{row['state']}", lang),
                "followed_year_of": (row["since"] or "")[:4],
                "followup_source": cited_sources(found.system, row["source"], lang),
            }  # fmt: skip


def condition_table(found: Followed, lang: Language, area: str | None = None, hospital: str | None = None) -> Part:
    """Return the conditions of which anything is known, and the units of which nothing is.

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
    every = [*_reported(found, lang), *_in_dataset(found, lang), *_in_log(found, lang)]
    known = {(c["area"], c["hospital"]) for c in every}
    unknown = text("followup_state_unknown", lang)
    silent = [(a, h) for a, h in found.units if (a, h) not in known and hospital in (None, h)]
    if area is not None:
        nothing = text("followed_no_condition", lang)
        every += [
            {"area": a, "hospital": h, "followup_condition": nothing, "followup_state": unknown} for a, h in silent
        ]
    order = {h: i for i, h in enumerate(found.at.hospitals)}
    chosen = [c for c in every if area in (None, c["area"]) and hospital in (None, c["hospital"])]
    chosen.sort(key=lambda c: (names[c["area"]], order.get(c["hospital"], -1)))
    all_units = text("followup_all_holders", lang)
    rows = [{**c, "area": names[c["area"]], "hospital": names.get(c["hospital"], all_units)} for c in chosen]
    keys = ("followup_condition", "followup_state", "followed_year_of", "followup_since", "followup_source")
    first = (*(("area",) if area is None else ()), *(("hospital",) if hospital is None else ()))
    notes = [text("followed_conditions_note", lang)]
    if area is None and silent:
        quiet = sorted({names[a] for a, _ in silent}, key=str.casefold)
        notes.append(text("followed_conditions_silent", lang, areas="; ".join(quiet)))
    return Part(
        "conditions", text("followed_conditions", lang), columns_of(lang, *first, *keys), rows, " ".join(notes),
        text("followed_no_permit" if not silent else "followed_nothing_known", lang),
    )  # fmt: skip


def recurring_table(found: Followed, lang: Language) -> Part:
    """Return each condition that is not, or only partly, met anywhere: at how many units, and in which areas.

    The most frequent come first: a pattern over conditions, not over hospitals.

    Parameters
    ----------
    found
        The follow-up.
    lang
        Of the words.
    """
    partly, not_met = (text(f"followup_state_{state}", lang) for state in ("partly", "not_met"))
    names = found.names(lang)
    units: dict[str, list[Cells]] = {}
    for cells in (*_reported(found, lang), *_in_dataset(found, lang)):
        if cells["followup_state"] in (partly, not_met):
            units.setdefault(cells["followup_condition"], []).append(cells)
    rows = [
        {
            "followup_condition": condition,
            "followed_partly": str(sum(c["followup_state"] == partly for c in own)),
            "followed_not_met": str(sum(c["followup_state"] == not_met for c in own)),
            "followed_areas": ", ".join(sorted({names[c["area"]] for c in own}, key=str.casefold)),
        }
        for condition, own in sorted(units.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    keys = ("followup_condition", "followed_partly", "followed_not_met", "followed_areas")
    columns = columns_of(lang, *keys, numbers=keys[1:3])
    return Part(
        "recurring", text("followed_recurring", lang), columns, rows, text("followed_recurring_note", lang),
        text("followed_nothing_known", lang),
    )  # fmt: skip


def review_table(
    found: Followed,
    lang: Language,
    area: str | None = None,
    hospital: str | None = None,
    *,
    with_free_text: bool = True,
) -> Part:
    """Return what takes a permit up for review, one line a reason, as in `followup show`.

    Parameters
    ----------
    found, lang, area, hospital
        As for `condition_table`.
    with_free_text
        Whether what units wrote in their own words is shown.
    """
    names = found.names(lang)
    rows: list[Cells] = []
    for row in found.rows("review", area, hospital):
        for trigger in (t for t in row["triggers"] if with_free_text or t["rule"] != OWN_WORDS):
            told = {**trigger, "text": found.said(trigger["text"], lang)} if trigger["trigger"] == PLANNED else trigger
            rows.append(
                {
                    "area": names[row["area"]] if row["area"] else "",
                    "hospital": names[row["hospital"]] if row["hospital"] else text("followup_all_holders", lang),
                    "followup_trigger": trigger_text(trigger["trigger"], lang),
                    "followup_reason": reason_text(told, names, lang),
                }
            )
    keys = ("hospital", "followup_trigger", "followup_reason")
    first = ("area",) if area is None else ()
    masked = text("followup_masked", lang, mask=found.mask) if found.mask else ""
    return Part(
        "review", text("followup_review", lang), columns_of(lang, *first, *keys), rows, masked,
        text("followed_no_review", lang),
    )  # fmt: skip


def limit_table(lang: Language) -> Part:
    """Return the limits from which a review is taken up, with their grade and source."""
    sign = "," if lang == "sv" else "."
    rows = [
        {
            "followed_limit": t.meanings[lang], "followed_value": f"{t.value:g}".replace(".", sign),
            "followed_span": f"{t.low:g}–{t.high:g}".replace(".", sign),
            "grade": text(f"followup_grade_{t.grade}", lang), "followup_source": phrase(t.source, lang),
        }
        for t in load_triggers().values()
    ]  # fmt: skip
    keys = ("followed_limit", "followed_value", "followed_span", "grade", "followup_source")
    numbers = ("followed_value", "followed_span")
    return Part("limits", text("followed_limits", lang), columns_of(lang, *keys, numbers=numbers), rows)
