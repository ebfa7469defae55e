"""Adjacent care as a table: what the areas nearest to an area reported at the same hospitals, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from impact.questions.kinship import neighbours_of
from interface.followed.content import Followed
from interface.followed.parts import Part, columns_of
from interface.followup_text import count_text
from interface.numbers import format_value
from interface.texts import Language, text

__all__ = ["kin_table", "places_of"]

NAMED = 3  # competences or resources that a sentence names
KINDS = ("depends_on", "needed_by")
Row = Mapping[str, Any]
Cells = dict[str, str]


def places_of(found: Followed, area: str) -> list[str]:
    """Return the hospitals that an area touches: with a permit, refused, or a provider before; north to south."""
    system = found.system
    decisions = [r.text("source_id") for r in system.incoming("CONCERNS", area)]
    touched = {
        *found.hospitals_of(area),
        *(r.text("source_id") for r in system.incoming("PROVIDED_BEFORE", area)),
        *(r.text("target_id") for d in decisions for r in system.outgoing("REFUSES", d)),
    }
    return [h for h in found.at.hospitals if h in touched]


def _why(ties: Sequence[Row], names: Mapping[str, str], lang: Language) -> str:
    """What binds two areas, in words."""
    found = [text(f"followed_kin_{kind}", lang) for kind in KINDS if any(t["kind"] == kind for t in ties)]
    shared = [names[t["competence"] or t["resource"]] for t in ties if t["competence"] or t["resource"]]
    if shared:
        more = text("followed_kin_more", lang, count=len(shared) - NAMED) if len(shared) > NAMED else ""
        found.append(text("followed_kin_shares", lang, names=", ".join(shared[:NAMED])) + more)
    if not found and any(t["kind"] == "same_cluster" for t in ties):
        found.append(text("followed_kin_group", lang))
    return "; ".join(found)


def _mean(rows: Sequence[Row], lang: Language) -> tuple[str, float | None]:
    """Mean patients a year with its years; hidden where any of them is, as the others would give it back."""
    if not rows:
        return "–", None
    span = f"{rows[0]['year']}–{rows[-1]['year']}" if len(rows) > 1 else str(rows[0]["year"])
    if any(r["masked"] for r in rows):
        return f"{text('followup_hidden', lang)} ({span})", None
    mean = sum(r["reported"] for r in rows) / len(rows)
    return f"{count_text(mean, lang)} ({span})", mean


def kin_table(found: Followed, lang: Language, area: str, hospital: str | None = None) -> Part:
    """Return what hospitals that an area touches reported of its nearest areas, before and after its first permit.

    Full years before the day on which the area's first permit began, and from then on; a year in which a permit began
    is on neither side. Areas come by their kinship (`impact.questions.kinship`), hospitals north to south.

    Parameters
    ----------
    found
        The follow-up.
    lang
        Of the words.
    area
        Id of a care area.
    hospital
        Only this one.
    """
    names, began = found.names(lang), found.began(area)
    places = [h for h in places_of(found, area) if hospital in (None, h)]
    neighbours = neighbours_of(found.system, area, found.ties)
    rows: list[Cells] = []
    silent: list[str] = []
    for other in neighbours:
        reported = [r for r in found.rows("rows", other["area"]) if r["hospital"] in places]
        if not reported:
            silent.append(names[other["area"]])
        for place in places:
            own = sorted((r for r in reported if r["hospital"] == place), key=lambda r: r["year"])
            if not own:
                continue
            first = int(began[:4]) if began else 9999
            after_from = first if began.endswith("-01-01") else first + 1
            before, mean_before = _mean([r for r in own if r["year"] < first], lang)
            after, mean_after = _mean([r for r in own if r["year"] >= after_from], lang)
            known = mean_before is not None and mean_after is not None
            change = format_value((mean_after or 0) - (mean_before or 0), 1, lang, signed=True) if known else "–"
            rows.append(
                {
                    "area": names[other["area"]], "hospital": names[place],
                    "followed_kin": _why(other["ties"], names, lang), "followed_before": before,
                    "followed_after": after, "followup_difference": change,
                    "followed_by_year": ", ".join(
                        f"{r['year']}: {count_text(r['reported'], lang, r['masked'])}" for r in own
                    ),
                }
            )  # fmt: skip
    keys = ("area", "hospital", "followed_kin", "followed_before", "followed_after", "followup_difference",
            "followed_by_year")  # fmt: skip
    notes = [text("followed_near_note", lang, day=began) if began else text("followed_near_no_permit", lang)]
    if silent:
        notes.append(text("followed_near_silent", lang, names=", ".join(silent)))
    return Part(
        "near", text("followed_near", lang), columns_of(lang, *keys), rows, " ".join(notes),
        text("followed_near_none", lang),
    )  # fmt: skip
