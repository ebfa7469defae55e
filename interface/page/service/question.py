"""What somebody asks on the page, to a scenario and settings of the model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph_schema import CareSystem, canonical_hash
from impact import Settings
from impact.version import code_version
from interface.node_names import names_in
from interface.texts import Language, text
from scenarios import Concentrate, Scenario, candidates

__all__ = ["DRAWS", "MOST_DRAWS", "MOST_YEARS", "YEARS", "Question", "areas_by_name", "candidate_names", "today_of"]

DRAWS, YEARS = 200, 10
MOST_DRAWS, MOST_YEARS = 5000, 30
WORKERS = 2  # threads of one run, so that several sessions can run at once; never changes the result


@dataclass(frozen=True, slots=True)
class Question:
    """A concentration that somebody asks about.

    Attributes
    ----------
    area
        Id of the care area.
    units
        How many units it goes to.
    hospitals
        Which hospitals; None: nobody knows yet.
    draws, years, seed
        Of the run.
    """

    area: str
    units: int
    hospitals: tuple[str, ...] | None = None
    draws: int = DRAWS
    years: int = YEARS
    seed: int = 1

    @property
    def settings(self) -> Settings:
        """How the run is made."""
        return Settings(seed=self.seed, draws=self.draws, years=self.years, workers=WORKERS)

    def title(self, system: CareSystem, lang: Language) -> str:
        """Return the question as a heading."""
        names = names_in(system, lang)
        if self.hospitals is None:
            return text("page_title_unknown", lang, area=names[self.area], units=self.units)
        return text("page_title_given", lang, area=names[self.area], names=", ".join(names[h] for h in self.hospitals))

    def scenario(self, system: CareSystem) -> Scenario:
        """Return the scenario that the model runs."""
        decision = Concentrate(self.area, self.units, self.hospitals)
        return Scenario(
            "asked", title_sv=self.title(system, "sv"), title_en=self.title(system, "en"), decisions=(decision,)
        )

    def key(self, system: CareSystem) -> str:
        """Return the hash of everything that the answer depends on: dataset, scenario, settings, code."""
        scenario = self.scenario(system).scenario_hash
        return canonical_hash(
            {"system": system.content_hash, "scenario": scenario, "draws": self.draws, "years": self.years,
             "seed": self.seed, "code": code_version()}
        )  # fmt: skip


def today_of(system: CareSystem) -> date:
    """Return the as-of date of a dataset."""
    return date.fromisoformat(system.settings["as_of"])


def areas_by_name(system: CareSystem, lang: Language) -> dict[str, str]:
    """Return care area to name, by name."""
    names = names_in(system, lang)
    found = {r.key[0]: names[r.key[0]] for r in system.rows["CareArea"]}
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def candidate_names(system: CareSystem, area: str, lang: Language) -> dict[str, str]:
    """Return the hospitals that may come into question for an area, north to south, to their names."""
    names = names_in(system, lang)
    return {h: names[h] for h in candidates(system, area, today_of(system))}
