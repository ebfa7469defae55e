"""Write the result that README.md shows, from the JSON of a run.

Usage: randzon run hocm --format json > hocm.json; python scripts/write_result.py hocm.json
Only what stands between the two markers of README.md is replaced.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- result -->\n", "<!-- result: end -->"
HOSPITALS = {"nus": "Umeå", "linkoping": "Linköping", "orebro": "Örebro"}
MEASURES = {
    "competences_lost": ("competences below the caseload they need", 1),
    "posts_not_sustained": ("posts that the caseload does not sustain (FTE)", 1),
    "patients_without_full_competence": ("patients a year in other care without full competence", 2),
    "patients_relying": ("patients a year at weaker emergency functions", 1),
    "patients_displaced": ("other patients displaced a year", 0),
}
RISE = 0.1  # of a probability, from which a competence is named
Row = Mapping[str, Any]


def number(value: float, decimals: int) -> str:
    """Return a number with a true minus and no minus zero."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−")


def cell(row: Row, decimals: int) -> str:
    """Return effect and interval."""
    low, high = (number(row[k], decimals) for k in ("low", "high"))
    return f"{number(row['effect'], decimals)} ({low} to {high})"


def block(content: Mapping[str, Any]) -> str:
    """Return the table of a run's last year for the three smaller university hospitals."""
    manifest = content["manifest"]
    last = [r for r in content["effects"] if r["year"] == manifest["years"] and r["reading"] == "main"]
    rows = {(r.get("hospital"), r["measure"]): r for r in last}
    national = next(r for r in last if "national" in r and r["measure"] == "patients_at_needed_volume")
    opening = (
        "What the first command answers: hypertrophic obstructive cardiomyopathy to two units, nobody knows which, "
        f"{manifest['years']} years on (effect and 90 % interval; {manifest['draws']} draws, seed {manifest['seed']})."
    )
    lines = [
        opening,
        "",
        "| effect at | " + " | ".join(HOSPITALS.values()) + " | of the spread from assumptions |",
        "|---|" + "---|" * (len(HOSPITALS) + 1),
    ]
    for measure, (label, decimals) in MEASURES.items():
        found = [rows[h, measure] for h in HOSPITALS]
        shares = [r["assumed_share"] for r in found if r["assumed_share"] is not None]
        share = f"{100 * min(shares):.0f}–{100 * max(shares):.0f} %" if shares else "–"
        lines.append(f"| {label} | " + " | ".join(cell(r, decimals) for r in found) + f" | {share} |")
    lost = [rows[h, "competences_lost"] for h in HOSPITALS]
    floors = ", ".join(
        f"{name} {100 * r['p_below_floor']:.0f} % (without: {100 * r['p_below_floor_without']:.0f} %)"
        for name, r in zip(HOSPITALS.values(), lost, strict=True)
    )
    risen = {
        m["competence"].removeprefix("skill_").removeprefix("sp_").removeprefix("prof_").replace("_", " ")
        for m in content["margins"]
        if m["hospital"] in HOSPITALS and m["p_below_need"] - m["p_below_need_without"] >= RISE
    }
    lines += [
        "",
        f"The competences at stake: {', '.join(sorted(risen)) or 'none'}.",
        (
            f"The area's own patients at units with the needed volume: {cell(national, 0)} a year. Probability of more "
            f"than ten competences below need (the floor of the profile, assumed): {floors}."
        ),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Replace the result in README.md."""
    content = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    page = ROOT / "README.md"
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1] if END in rest else "\n\n" + rest.lstrip("\n")
    page.write_text(f"{before}{BEGIN}{block(content)}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
