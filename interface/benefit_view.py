"""The gain of an area's own patients in words: volume at the unit, evidence on outcomes, whether anything changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interface.numbers import format_share, format_value
from interface.texts import Language, text

__all__ = ["benefit_lines"]

MOST_NAMED = 4  # areas whose evidence is written out; of more only the count is told


def _volume(share: Mapping[str, Any], lang: Language) -> list[str]:
    if share["with"] is None or share["without"] is None:
        return []
    points = {k: format_value(100 * share[k], 0, lang, signed=True) for k in ("change", "low", "high")}
    both = {k: format_share(share[k], lang) for k in ("with", "without")}
    return [text("benefit_volume", lang, now=both["with"], before=both["without"], **points)]


def _evidence(row: Mapping[str, Any], lang: Language) -> str:
    return text(
        "benefit_evidence", lang, finding=row[f"finding_{lang}"], reference=row["reference"],
        design=text(f"benefit_design_{row['design']}", lang), grade=text(row["grade"], lang),
        confidence=text(f"benefit_confidence_{row['confidence']}", lang),
    )  # fmt: skip


def benefit_lines(benefit: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> list[str]:
    """Return the gain of the own patients as sentences.

    Parameters
    ----------
    benefit
        Of `impact.questions.benefit.benefit_of`, with ``units`` of `proposed_units` where there are any.
    names
        Node id to name.
    lang
        ``sv`` or ``en``.
    """
    if not benefit["areas"]:
        return []
    lines = _volume(benefit["at_needed_volume"], lang)
    areas: list[dict[str, Any]] = benefit["areas"]
    many = len(areas) > MOST_NAMED
    known = [a for a in areas if a["evidence_found"]]
    for area in areas[: 0 if many else None]:
        lines += [f"{names.get(area['area'], area['area'])}: {_evidence(e, lang)}" for e in area["evidence"]]
        if not area["evidence_found"]:
            lines.append(text("benefit_none_found", lang, area=names.get(area["area"], area["area"])))
    if many:
        listed = ", ".join(names.get(a["area"], a["area"]) for a in known) or "–"
        lines.append(
            text("benefit_many", lang, known=len(known), areas=len(areas), names=listed,
                 unknown=len(areas) - len(known))
        )  # fmt: skip
    for row in benefit.get("units", ()):
        key = "benefit_same_units" if row["changes_nothing"] else "benefit_units"
        area = names.get(row["area"], row["area"])
        lines.append(text(key, lang, area=area, units=row["units"], today=len(row["providers_today"])))
    return lines
