"""An answer on the page: of a question or of a file, with the files that others can open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graph_schema import CareSystem, StoreError, canonical_hash
from impact import Result, load_measures, open_result
from impact.questions.card_parts import Registers
from impact.questions.what_if import Progress
from interface.answers import document_of, read_document
from interface.drawings.travel import changing_measures
from interface.named_nodes import NamedNodes
from interface.node_names import names_in
from interface.noted_run import run_noted
from interface.page.service.answered import json_bytes
from interface.page.service.question import ScenarioRun, today_of
from interface.run_command import KIND, run_object
from interface.texts import Language
from loaders import system_from_mapping
from scenarios import Scenario, course_of, scenario_from_content

__all__ = ["Outcome", "answer", "opened"]


@dataclass(frozen=True)
class Outcome:
    """An answer.

    Attributes
    ----------
    document
        The JSON document that `run --format json` prints.
    json_file
        The same as the bytes of a file, which `randzon show` opens.
    netcdf_file
        The whole result as the bytes of a file; None where only a JSON file was opened.
    system
        The dataset it was computed on; None where only a JSON file was opened.
    """

    document: Mapping[str, Any]
    json_file: bytes
    netcdf_file: bytes | None
    system: CareSystem | None

    @property
    def size(self) -> int:
        """Bytes of its files, which are most of what it holds."""
        return len(self.json_file) + len(self.netcdf_file or b"")

    @property
    def nodes(self) -> NamedNodes:
        """Names of what it mentions."""
        return NamedNodes(self.document["nodes"])

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Of which data, seed and draws it is."""
        return self.document["manifest"]

    def title(self, lang: Language) -> str:
        """Return the title of the scenario."""
        return str(self.document["answer"]["shown"]["scenario"][f"title_{lang}"])

    def place_names(self, lang: Language) -> dict[str, str]:
        """Return node id to name, of the whole dataset where the answer holds it."""
        return self.nodes.names(lang) if self.system is None else names_in(self.system, lang)

    def result(self) -> Result:
        """Return the whole result, read from its file.

        Raises
        ------
        StoreError
            If only the JSON of the answer is there.
        """
        if self.netcdf_file is None:
            raise StoreError(f"{self.file_name}.json holds the answer alone: open the file of the whole result (.nc)")
        with TemporaryDirectory() as folder:
            path = Path(folder) / "result.nc"
            path.write_bytes(self.netcdf_file)
            return open_result(path)

    @property
    def identity(self) -> str:
        """Hash of all that it depends on, by its manifest."""
        return canonical_hash({**self.manifest})

    @property
    def told_year(self) -> int:
        """The year that is told first: of an event its own, else the last."""
        years, own = int(self.manifest["years"]), self.document["answer"]["shown"]["scenario"].get("year")
        return years if own is None else min(int(own), years)

    def travel_measures(self, year: int, lang: Language) -> dict[str, str]:
        """Return the measures of travel and transport that change visibly in any region, to their names."""
        return {m: load_measures()[m].short[lang] for m in changing_measures(self.document["effects"], year)}

    def scenario(self) -> Scenario:
        """Return the scenario that was run, from the whole result."""
        return scenario_from_content(self.result().notes["scenario_content"])

    @property
    def file_name(self) -> str:
        """Name of its files, without ending: the scenario's hash tells answers apart."""
        return f"randzon-{str(self.manifest['scenario_hash'])[:10]}-{self.manifest['draws']}"


def _of_result(system: CareSystem, result: Result, netcdf: bytes | None) -> Outcome:
    scenario = result.notes["scenario"]
    content = run_object(system, result, scenario, "sv")
    document = document_of(KIND, content, system, "sv", scenario=scenario, all=False, year=None)
    if netcdf is None:
        with TemporaryDirectory() as folder:
            path = Path(folder) / "result.nc"
            result.save(path)
            netcdf = path.read_bytes()
    return Outcome(document, json_bytes(document), netcdf, system)


def answer(system: CareSystem, asked: ScenarioRun, registers: Registers, progress: Progress | None = None) -> Outcome:
    """Return the answer to what is asked.

    Parameters
    ----------
    system, registers
        The dataset and its registers of evidence.
    asked
        The scenario and how it is run.
    progress
        Called with (steps done, steps in all).

    Raises
    ------
    ScenarioConflict, SettingError
        As `impact.run_scenario`.
    """
    course = course_of(asked.scenario, system, today_of(system))
    result = run_noted(system, asked.scenario, course, registers, asked.settings, progress)
    return _of_result(system, result, None)


def opened(name: str, content: bytes) -> Outcome:
    """Return the answer in a file that the page or `run --out` or `run --format json` wrote.

    Parameters
    ----------
    name
        Of the file; its ending tells the format.
    content
        Its bytes.

    Raises
    ------
    StoreError
        If it is no such file.
    """
    suffix = Path(name).suffix.lower()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file{suffix}"
        path.write_bytes(content)
        try:
            if suffix != ".nc":
                document = read_document(path, {KIND.command: KIND})
                return Outcome(document, json_bytes(document), None, None)
            result = open_result(path)
        except StoreError as error:
            raise StoreError(str(error).replace(str(path), name)) from error
    if not {"system", "scenario"} <= result.notes.keys():
        raise StoreError(f"{name} carries no system and scenario: give a file that 'randzon run … --out' wrote")
    return _of_result(system_from_mapping(result.notes["system"]), result, content)
