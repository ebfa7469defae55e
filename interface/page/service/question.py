"""What somebody asks on the page: a concentration or a whole scenario, and how it is run."""

from __future__ import annotations

from dataclasses import dataclass

from graph_schema import CareSystem, canonical_hash
from impact import Settings
from impact.version import code_version
from interface.page.service.composition import scenario_title, titled
from interface.page.service.dataset_choices import areas_by_name, candidate_names, today_of
from interface.texts import Language
from scenarios import Concentrate, Scenario

__all__ = [
    "DRAWS",
    "MOST_DRAWS",
    "MOST_YEARS",
    "WORKERS",
    "YEARS",
    "Question",
    "ScenarioRun",
    "areas_by_name",
    "candidate_names",
    "concentration",
    "today_of",
]

DRAWS, YEARS = 200, 10
MOST_DRAWS, MOST_YEARS = 2000, 30  # more on the command line: a run holds all its draws in memory
WORKERS = 2  # threads of one run, so that several sessions can run at once; never changes the result
ASKED = "tank_om"  # id of a scenario that the page composes


def concentration(area: str, units: int, hospitals: tuple[str, ...] | None = None) -> Scenario:
    """Return the scenario of one concentration, without a title.

    Parameters
    ----------
    area
        Id of the care area.
    units
        How many units it goes to.
    hospitals
        Which hospitals; None: nobody knows yet.
    """
    return Scenario(ASKED, decisions=(Concentrate(area, units, hospitals),))


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """A scenario and how it is run.

    Attributes
    ----------
    scenario
        What is decided and what happens.
    draws, years, seed
        Of the run.
    """

    scenario: Scenario
    draws: int = DRAWS
    years: int = YEARS
    seed: int = 1

    @property
    def settings(self) -> Settings:
        """How the run is made."""
        return Settings(seed=self.seed, draws=self.draws, years=self.years, workers=WORKERS)

    def key(self, system: CareSystem) -> str:
        """Return the hash of everything that the answer depends on: dataset, scenario, settings, code."""
        return canonical_hash(
            {"system": system.content_hash, "scenario": self.scenario.scenario_hash, "draws": self.draws,
             "years": self.years, "seed": self.seed, "code": code_version()}
        )  # fmt: skip


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

    def run(self, system: CareSystem) -> ScenarioRun:
        """Return its scenario on a dataset and how it is run."""
        return ScenarioRun(self.scenario(system), self.draws, self.years, self.seed)

    @property
    def settings(self) -> Settings:
        """How the run is made."""
        return Settings(seed=self.seed, draws=self.draws, years=self.years, workers=WORKERS)

    def title(self, system: CareSystem, lang: Language) -> str:
        """Return the question as a heading."""
        return scenario_title(self.scenario(system), lang)

    def scenario(self, system: CareSystem) -> Scenario:
        """Return the scenario that the model runs."""
        return titled(concentration(self.area, self.units, self.hospitals), system)

    def key(self, system: CareSystem) -> str:
        """Return the hash of everything that the answer depends on: dataset, scenario, settings, code."""
        return self.run(system).key(system)
