"""The other parts of a follow-up as tables: home regions, adjacent groups, competences, care without a permit."""

from __future__ import annotations

from interface.followed.content import Followed
from interface.followed.parts import Part, columns_of
from interface.followup_view import TABLES, section
from interface.texts import Language, text

__all__ = ["OTHERS", "other_table"]

OTHERS = ("regions", "groups", "competences", "without_permit", "disagreements", "stated", "revisions")
FREE_TEXT = ("event",)  # nobody reads it before it is shown


def other_table(
    found: Followed, name: str, lang: Language, area: str | None = None, hospital: str | None = None,
    *, with_free_text: bool = True,
) -> Part:  # fmt: skip
    """Return one of the other parts, as in `followup show`.

    Parameters
    ----------
    found
        The follow-up.
    name
        One of `OTHERS`.
    lang
        Of the words.
    area, hospital
        Only these; competences are of a hospital as a whole.
    with_free_text
        Whether what units write in their own words is shown.
    """
    assert name in TABLES
    chosen = found.rows(name, None if name == "competences" else area, hospital)
    if not with_free_text:
        chosen = [r for r in chosen if r.get("measure") not in FREE_TEXT and not (name == "stated" and r["subject"])]
    title, cells = section(name, chosen, found.names(lang), lang)
    keys = list(dict.fromkeys(k for row in cells for k in row if not (k == "area" and area is not None)))
    rows = [{k: "" if row.get(k) is None else str(row[k]) for k in keys} for row in cells]
    return Part(name, title, columns_of(lang, *keys), rows, "", text("followed_missing", lang, what=title))
