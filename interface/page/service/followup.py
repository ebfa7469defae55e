"""What the page Uppföljning asks for: kept reports and predictions, coming years as the model sees them, pictures."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph_schema import CareSystem
from impact.followup import predict_patients
from impact.followup.follow_up import chance_of
from impact.questions.card_parts import Registers
from impact.questions.what_if import Settings
from interface.drawings.funnel import funnel_picture
from interface.drawings.reported import reported_picture
from interface.followed.content import Followed
from interface.followup_command import KIND, followup_content
from interface.followup_concealed import HIDDEN
from interface.followup_store import DEFAULT, open_store, store_content
from interface.node_names import names_in
from interface.open_edition import Edition, edition_files, zipped
from interface.page.service.answered import Answered, answered
from interface.page.service.pictures import Drawn, drawn
from interface.page.service.question import WORKERS, today_of
from interface.phrases import swedish_words
from interface.texts import Language
from loaders.followup import Standing, Store, Version, standing_rows
from scenarios import Course

__all__ = [
    "DRAWS", "YEARS", "answer_of", "areas_followed", "edition_zip", "funnel_drawn", "kept_store", "of_store",
    "predicted", "reported_drawn", "store_key",
]  # fmt: skip

DRAWS, YEARS = 100, 5  # of the prediction that the page reckons
FOLDER = "randzon-oppen-utgava"
Progress = Callable[[int, int], None]


def kept_store() -> Store:
    """Return the store that the commands use too: the environment's, else the default folder.

    Raises
    ------
    SettingError
        If the environment names what is no folder.
    """
    named = os.environ.get("RANDZON_STORE")
    return open_store(Path(named) if named else DEFAULT)


def store_key(store: Store) -> str:
    """Return what changes when a report or prediction is added."""
    return "+".join(str(store_content(store, kind)["hash"]) for kind in ("reports", "predictions"))


def of_store(system: CareSystem, registers: Registers, store: Store, mask: int) -> Followed:
    """Return the follow-up of all areas with what is kept in a store.

    Parameters
    ----------
    system, registers
        The dataset, and what stands beside it.
    store
        Reports and predictions.
    mask
        Numbers of patients below it are hidden; 0 hides nothing.

    Raises
    ------
    StoreError
        If the store is damaged.
    """
    reports: Sequence[Standing] = list(standing_rows(store).values())
    predictions: Sequence[Version] = store.versions("predictions")
    return Followed(system, reports, predictions, mask, swedish_words(system, registers))


def areas_followed(found: Followed, lang: Language) -> dict[str, str]:
    """Return the areas with a permit or a report to their names, by name."""
    names = names_in(found.system, lang)
    areas = {area for area, _ in found.units}
    return dict(sorted(((a, names[a]) for a in areas), key=lambda item: item[1].casefold()))


def predicted(system: CareSystem, progress: Progress) -> Sequence[Mapping[str, Any]]:
    """Return what today's permits predict that units will report in coming years, as `followup register` reckons it.

    Parameters
    ----------
    system
        The dataset.
    progress
        Called with (steps done, steps in all).
    """
    progress(0, 1)
    settings = Settings(draws=DRAWS, years=YEARS, workers=WORKERS)
    found = predict_patients(system, Course(today_of(system)), settings)["rows"]
    progress(1, 1)
    return found


def _of_units(found: Followed, hospital: str | None) -> list[Mapping[str, Any]]:
    return [r for r in found.content["rows"] if hospital in (None, r["hospital"])]


def reported_drawn(
    found: Followed, area: str, hospital: str | None, lang: Language, ahead: Sequence[Mapping[str, Any]] = ()
) -> Drawn:
    """Return the picture of `draw reported`, of one hospital or of all.

    Parameters
    ----------
    found
        The follow-up.
    area, hospital
        Which unit; all of the area if the hospital is None.
    lang
        Of the words.
    ahead
        Predictions of coming years that may be shown.

    Raises
    ------
    SettingError
        If nothing is reported.
    """
    rows = _of_units(found, hospital)
    return drawn(reported_picture(found.system, rows, area, lang, ahead, found.mask))


def funnel_drawn(found: Followed, area: str | None, year: int | None, lang: Language) -> Drawn:
    """Return the picture of `draw funnel`.

    Parameters
    ----------
    found
        The follow-up.
    area
        Whose units are named.
    year
        Which year; each unit's latest if None.
    lang
        Of the words.

    Raises
    ------
    SettingError
        If no number of the year has an expected one.
    """
    return drawn(funnel_picture(found.system, found.content["rows"], lang, area, year, found.mask))


def answer_of(found: Followed, store: Store, area: str, hospital: str | None) -> Answered:
    """Return the answer of `followup show --all` for an area and a hospital, as files for others.

    Parameters
    ----------
    found
        The follow-up.
    store
        It rests on.
    area, hospital
        Only these.
    """
    parts = {n: found.rows(n, area, hospital) for n, v in found.content.items() if isinstance(v, list)}
    judged = [r for r in parts["rows"] if r["verdict"] != HIDDEN]
    shown = {**found.content, **parts, "chance": chance_of(judged)}
    content = followup_content(found.system, shown, store_content(store, "reports"), found.mask, "sv")
    return answered(KIND, content, found.system, year=None, every=True, part="rows")


def edition_zip(found: Followed, mask: int, progress: Progress) -> bytes:
    """Return the open edition of `followup publish` as a zip file.

    Parameters
    ----------
    found
        The follow-up; its own mask does not count.
    mask
        Of the edition.
    progress
        Called with (pages done, pages in all).
    """
    return zipped(edition_files(Edition(replace(found, mask=mask)), progress), FOLDER)
