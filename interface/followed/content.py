"""A follow-up with everything beside it, under one mask: what the page and the open edition show of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graph_schema import CareSystem
from impact.followup import confront, follow_up
from impact.questions.as_of import SystemAt
from impact.questions.kinship import all_ties
from interface.followup_concealed import Unit, concealed_confront, concealed_follow_up, hidden_units
from interface.node_names import names_in
from interface.phrases import phrase
from interface.texts import Language
from loaders.followup import Standing, Version

__all__ = ["Followed"]

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Followed:
    """What was reported, expected and predicted, of all areas.

    Attributes
    ----------
    system
        The dataset; its reported years are the first reports.
    standing
        Values of the store, or of a file that is only looked at.
    predictions
        Kept predictions.
    mask
        Numbers of patients below it are hidden, with what gives them away; 0 hides nothing.
    swedish
        English sentences of the dataset to Swedish, of `interface.phrases.swedish_words`.
    """

    system: CareSystem
    standing: Sequence[Standing] = ()
    predictions: Sequence[Version] = ()
    mask: int = 0
    swedish: Mapping[str, str] = field(default_factory=dict[str, str])

    def is_said(self, words: str) -> bool:
        """Return whether a sentence is there in Swedish."""
        return words in self.swedish or phrase(words, "sv") != words

    def said(self, words: str, lang: Language) -> str:
        """Return a sentence of the dataset in a language; as it stands where nobody has translated it."""
        return words if lang == "en" else self.swedish.get(words) or phrase(words, lang)

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """What `followup show` prints, without its manifest."""
        return concealed_follow_up(follow_up(self.system, self.standing, mask=self.mask))

    @cached_property
    def hidden(self) -> frozenset[Unit]:
        """Area and hospital of which the number of any year is hidden."""
        return hidden_units(self.system, self.predictions, self.standing, self.mask)

    @cached_property
    def confronted(self) -> Mapping[str, Any]:
        """What `followup confront` prints, without its manifest."""
        found = confront(self.system, self.predictions, self.standing, mask=self.mask)
        return concealed_confront(found, self.hidden)

    @cached_property
    def at(self) -> SystemAt:
        """The dataset with every permit that is on record."""
        return SystemAt(self.system, "9999-12-31", is_present=True)

    @cached_property
    def ties(self) -> Any:
        """What binds care areas to each other."""
        return all_ties(self.system)

    @cached_property
    def years(self) -> Sequence[int]:
        """Years of which anything is reported."""
        return sorted({r["year"] for r in self.content["rows"]})

    def names(self, lang: Language) -> dict[str, str]:
        """Return node id to name."""
        return names_in(self.system, lang)

    def rows(self, part: str, area: str | None = None, hospital: str | None = None) -> list[Row]:
        """Return the rows of a part of the follow-up that concern an area and a hospital.

        Parameters
        ----------
        part
            Key of `content`.
        area, hospital
            Only these; a row of an area as a whole stays where only the hospital is asked for and it provides the area.
        """
        theirs = {area_ for area_, holder in self.units if holder == hospital}
        return [
            r for r in self.content[part]
            if (area is None or r.get("area") == area)
            and (hospital is None or r.get("hospital") == hospital
                 or (r.get("hospital") is None and r.get("area") in theirs))
        ]  # fmt: skip

    @cached_property
    def units(self) -> Sequence[tuple[str, str]]:
        """Area and hospital of every permit and report, hospitals north to south."""
        held = {(area, r.text("source_id")) for area, records in self.at.permits.items() for r in records}
        reported = {(r["area"], r["hospital"]) for r in self.content["rows"] if r["hospital"] is not None}
        order = {h: i for i, h in enumerate(self.at.hospitals)}
        return sorted(held | reported, key=lambda unit: (unit[0], order[unit[1]]))

    def hospitals_of(self, area: str) -> list[str]:
        """Return the hospitals with a permit for an area or a report of it, north to south."""
        return [hospital for held, hospital in self.units if held == area]

    def began(self, area: str, hospital: str | None = None) -> str:
        """Return the day on which the first permit of an area (at a hospital) begins; empty without one."""
        days = [
            r.text("valid_from")
            for r in self.at.permits.get(area, ())
            if hospital in (None, r.text("source_id")) and r.text("valid_from")
        ]
        return min(days, default="")
