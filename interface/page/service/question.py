"""What somebody asks on the page: a scenario and how it is run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph_schema import CareSystem, canonical_hash
from impact import Settings
from impact.version import code_version
from interface.node_names import names_in
from interface.texts import Language
from scenarios import Concentrate, Scenario, candidates

__all__ = [
    "DRAWS", "MOST_DRAWS", "MOST_YEARS", "WORKERS", "YEARS", "Question", "areas_by_name", "candidate_names",
    "concentration", "today_of",
]  # fmt: skip

DRAWS, YEARS = 200, 10
MOST_DRAWS, MOST_YEARS = 5000, 30
WORKERS = 2  # threads of one run, so that several sessions can run at once; never changes the result
ASKED = "tank_om"  # id of a scenario that the page composes


@dataclass(frozen=True, slots=True)
class Question:
    """A scenario that somebody asks about.

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
