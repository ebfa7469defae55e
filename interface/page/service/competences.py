"""The competences behind the permits, as the page shows them; the drawing of `randzon draw competences`."""

from __future__ import annotations

from graph_schema import CareSystem
from interface.drawings.competences import competences_picture
from interface.drawings.competences_data import KINDS_OF_COMPETENCE
from interface.page.service.pictures import Drawn, drawn
from interface.page.service.question import today_of
from interface.texts import Language, text

__all__ = ["drawn_competences", "kind_names"]


def kind_names(lang: Language) -> dict[str, str]:
    """Return kind of competence to its name in the plural: what `drawn_competences` takes."""
    return {kind: text(f"draw_competences_{kind}", lang) for kind in KINDS_OF_COMPETENCE}


def drawn_competences(
    system: CareSystem, lang: Language, kind: str | None = "specialty", group: str | None = None, *, every: bool = False
) -> Drawn:
    """Return which competences carry which permits at which hospital, as picture and table.

    Parameters
    ----------
    system
        The dataset.
    lang
        Of the words.
    kind
        A key of `kind_names`; all kinds if None, which are many rows.
    group
        Only care areas of this group (a key of `pictures.group_names`).
    every
        A column for each hospital with a permit; else the university hospitals and one for all others.

    Raises
    ------
    SettingError
        If no competence carries a permit of that group.
    """
    return drawn(competences_picture(system, lang, today_of(system), kind, group, every=every))
