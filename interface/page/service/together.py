"""What is asked on the page of accumulated effects, to the answers that the commands of the same name print."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Any, Protocol

from graph_schema import CareSystem
from impact import Settings
from impact.questions.accumulate import accumulate
from impact.questions.attribute import AttributionSettings, attribute
from impact.questions.card_parts import Registers
from impact.questions.floors import floors_of
from impact.questions.headroom import SEARCH_DRAWS, HeadroomSettings, headroom
from impact.questions.run_table import RunTable
from impact.questions.still_to_come import run_pipeline
from interface import accumulate_command, attribute_command, headroom_command
from interface.accumulate_command import accumulate_object
from interface.attribute_command import attribute_object
from interface.headroom_command import headroom_manifest, headroom_object
from interface.headroom_view import floor_notes
from interface.node_names import names_in
from interface.page.service.answered import Answered, answer_key, answered
from interface.page.service.question import today_of
from interface.texts import Language, text

__all__ = [
    "KINDS",
    "Asked",
    "AskedGrowth",
    "AskedHeadroom",
    "AskedShares",
    "as_on_page",
    "can_test_pairs",
    "hospitals_by_place",
    "time_words",
]

KINDS = {k.command: k for k in (accumulate_command.KIND, attribute_command.KIND, headroom_command.KIND)}
MINUTE = 60
WORKERS = 2  # threads of one answer, so that several sessions can ask at once; never changes the answer
Progress = Callable[[int, int], None]


def hospitals_by_place(system: CareSystem, lang: Language, *, universities: bool = False) -> dict[str, str]:
    """Return the hospitals that the documents name, university hospitals first, each group north to south, to names.

    Parameters
    ----------
    system
        The dataset.
    lang
        Of the names.
    universities
        The university hospitals alone.
    """
    names = names_in(system, lang)
    rows = [r for r in system.rows["Hospital"] if r.text("kind") != "unnamed"]
    rows = [r for r in rows if not universities or r.text("kind") == "university"]
    rows.sort(key=lambda r: (r.text("kind") != "university", -(r.number("latitude") or 0.0), r.key))
    return {r.key[0]: names[r.key[0]] for r in rows}


def can_test_pairs() -> bool:
    """Return whether what tests the pairs is installed (extra ``explain``)."""
    return find_spec("shapiq") is not None


def time_words(seconds: float, lang: Language) -> str:
    """Return about how long something takes, in words.

    Examples
    --------
    >>> time_words(12, "sv"), time_words(100, "sv"), time_words(61, "en")
    ('omkring 15 sekunder', 'omkring 2 minuter', 'about 2 minutes')
    """
    if seconds <= MINUTE:
        return text("together_seconds", lang, count=5 * math.ceil(seconds / 5))
    return text("together_minutes", lang, count=math.ceil(seconds / MINUTE))


def as_on_page(found: Answered, mask: int, *, show_all: bool = False) -> Answered:
    """Return an answer as the page shows it: small counts masked, and no words of options.

    Parameters
    ----------
    found
        The answer; what is saved of it stays whole.
    mask
        Patient counts of the dataset below it are not shown.
    show_all
        Every measure, or every decision, where the command has that choice.
    """
    head = found.document["answer"]
    shown = {**head["shown"], "mask": mask, "hints": False}
    shown |= {"all": show_all} if "all" in head["shown"] else {}
    return Answered(found.kind, {**found.document, "answer": {**head, "shown": shown}})


def _in_two(progress: Progress, later: int) -> tuple[Progress, Progress]:
    """What two parts of the work report to, so that the steps of both are counted as one.

    Parameters
    ----------
    progress
        Told of all steps.
    later
        How many steps the second part is expected to have, until it says so itself.
    """
    first = 0

    def begin(done: int, total: int) -> None:
        nonlocal first
        first = total
        progress(done, total + later)

    return begin, lambda done, total: progress(first + done, first + total)


class Asked(Protocol):
    """A question of the page."""

    @property
    def draws(self) -> int:
        """States of knowledge."""
        ...

    @property
    def years(self) -> int:
        """Years after year 0."""
        ...

    @property
    def seed(self) -> int:
        """Of the draws."""
        ...

    def key(self, system: CareSystem) -> str:
        """Return the hash of all that the answer depends on."""
        ...

    def answer(self, system: CareSystem, registers: Registers, progress: Progress) -> Answered:
        """Return what the command of the same name answers."""
        ...

    @property
    def seconds(self) -> float:
        """About how long it takes on two idle cores, as measured on the Swedish dataset."""
        ...

    @property
    def typed(self) -> str:
        """The same question on the command line."""
        ...


def _typed(command: str, asked: Asked, **options: Any) -> str:
    """The command line of a question; options that are None or False are left out."""
    words = ["randzon", command]
    every = {**options, "draws": asked.draws, "years": asked.years, "seed": asked.seed, "out": "svar.json"}
    for name, value in every.items():
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            words.append(flag)
        elif value is not None and value is not False:
            words += [flag, f"{value:g}" if isinstance(value, float) else str(value)]
    return " ".join(words)


@dataclass(frozen=True, slots=True)
class AskedGrowth:
    """What all decisions have done together.

    Attributes
    ----------
    hospital
        Only this one; None: all.
    pipeline_units
        Units of areas on their way that have no number; None: they are left out.
    draws, years, seed
        Of the run.
    """

    hospital: str | None = None
    pipeline_units: int | None = None
    draws: int = 20
    years: int = 10
    seed: int = 1

    def key(self, system: CareSystem) -> str:
        """Return the hash of all that the answer depends on."""
        return answer_key("accumulate", system, **asdict(self))

    @property
    def seconds(self) -> float:
        """About how long it takes on two idle cores, as measured on the Swedish dataset."""
        return 5 + 0.25 * self.draws

    @property
    def typed(self) -> str:
        """The same question on the command line."""
        return _typed("accumulate", self, hospital=self.hospital, pipeline_units=self.pipeline_units)

    def answer(self, system: CareSystem, registers: Registers, progress: Progress) -> Answered:
        """Return what `randzon accumulate` answers.

        Parameters
        ----------
        system, registers
            The dataset and its registers of evidence.
        progress
            Called with (steps done, steps in all).

        Raises
        ------
        SettingError
            If the dataset has no start of history.
        """
        settings = Settings(seed=self.seed, draws=self.draws, years=self.years, workers=WORKERS)
        table = RunTable()
        first, second = _in_two(progress, 2 * math.ceil(self.draws / settings.block))
        found = accumulate(system, today_of(system), settings, first, table)
        pipeline = run_pipeline(system, found.runs.as_of, settings, self.pipeline_units, second)
        if pipeline.result is None:
            second(0, 0)
        content = accumulate_object(system, found, pipeline, registers, "sv", self.hospital)
        content["failed_runs"] = table.failed
        return answered(accumulate_command.KIND, content, system, hospital=self.hospital, all=False)


@dataclass(frozen=True, slots=True)
class AskedShares:
    """What each decision stands for.

    Attributes
    ----------
    hospital
        Only this one; None: the university hospitals.
    clusters
        The decisions of a cluster share as one.
    split
        Split each share into that it was concentrated and where it went.
    pairs
        Also what pairs do together.
    test_pairs
        Also how far the pairs explain sets of decisions.
    draws, years, seed
        Of the run.
    """

    hospital: str | None = None
    clusters: bool = False
    split: bool = False
    pairs: bool = True
    test_pairs: bool = False
    draws: int = 20
    years: int = 10
    seed: int = 1

    def key(self, system: CareSystem) -> str:
        """Return the hash of all that the answer depends on."""
        return answer_key("attribute", system, **asdict(self))

    @property
    def seconds(self) -> float:
        """About how long it takes on two idle cores, as measured on the Swedish dataset."""
        per_draw = 0.4 + 0.12 * self.pairs + 0.3 * self.test_pairs + 0.25 * self.split
        return 2 + 13 * self.split + per_draw * self.draws

    @property
    def typed(self) -> str:
        """The same question on the command line."""
        flags = {"clusters": self.clusters, "interactions": self.pairs, "test_pairs": self.test_pairs,
                 "no_split": not self.split}  # fmt: skip
        return _typed("attribute", self, hospital=self.hospital, **flags)

    def answer(self, system: CareSystem, registers: Registers, progress: Progress) -> Answered:
        """Return what `randzon attribute` answers.

        Parameters
        ----------
        system, registers, progress
            As for `AskedGrowth.answer`; the registers are not read.

        Raises
        ------
        SettingError
            If there is no decision.
        """
        del registers
        chosen = {k: v for k, v in asdict(self).items() if k != "hospital"}
        settings = AttributionSettings(**{**chosen, "pairs": self.pairs or self.test_pairs}, workers=WORKERS)
        every = hospitals_by_place(system, "sv", universities=True)
        hospitals = list(every) if self.hospital is None else [self.hospital]
        today = today_of(system)
        found = attribute(system, today, hospitals, settings, None, progress)
        content = attribute_object(system, found, settings, today, "sv")
        detailed = self.hospital is not None
        return answered(attribute_command.KIND, content, system, year=None, detailed=detailed, all=False)


@dataclass(frozen=True, slots=True)
class AskedHeadroom:
    """How many more decisions hospitals take.

    Attributes
    ----------
    hospital
        Only this one; None: the university hospitals.
    alpha
        Largest probability of lying below a floor that is put up with.
    units
        To how many units every area goes; None: as decided, else as proposed, else 2.
    search
        Also look for the smallest set of decisions that breaks a floor.
    draws, years, seed
        Of the run.
    """

    hospital: str | None = None
    alpha: float = 0.1
    units: int | None = None
    search: bool = False
    draws: int = 50
    years: int = 10
    seed: int = 1

    def key(self, system: CareSystem) -> str:
        """Return the hash of all that the answer depends on."""
        return answer_key("headroom", system, **asdict(self))

    @property
    def seconds(self) -> float:
        """About how long it takes on two idle cores, as measured on the Swedish dataset."""
        per_set = 0.4 if self.hospital is not None else 2.5
        search = 15 + per_set * min(self.draws, SEARCH_DRAWS) if self.search else 0
        return 4 + 0.13 * self.draws + search

    @property
    def typed(self) -> str:
        """The same question on the command line."""
        return _typed("headroom", self, hospital=self.hospital, alpha=self.alpha, units=self.units,
                      no_search=not self.search)  # fmt: skip

    def answer(self, system: CareSystem, registers: Registers, progress: Progress) -> Answered:
        """Return what `randzon headroom` answers.

        Parameters
        ----------
        system, registers, progress
            As for `AskedGrowth.answer`; the registers are not read.

        Raises
        ------
        SettingError
            If nothing is under way, or no hard floor holds for the hospital.
        """
        del registers
        chosen: dict[str, Any] = {k: v for k, v in asdict(self).items() if k != "hospital"}
        settings, today = HeadroomSettings(**chosen, workers=WORKERS), today_of(system)
        found = headroom(system, floors_of(system), today, self.hospital, settings, progress)
        content = headroom_object(found, headroom_manifest(system, settings, today), "sv")
        return answered(headroom_command.KIND, content, system, floors=floor_notes(system))
