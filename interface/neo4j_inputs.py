"""What a run starts from: system, scenario and registers, of files or of a Neo4j database."""

from __future__ import annotations

from pathlib import Path

from graph_schema import CareSystem, SettingError
from impact.questions.card_parts import Registers
from interface import options as opt
from interface.neo4j_access import from_environment, is_neo4j, pulled
from interface.registers import registers_of
from loaders import load_sweden
from loaders.neo4j_store import find_branch
from loaders.registers import REGISTERS
from scenarios import Scenario, library, scenario_from_content

__all__ = ["inputs_of"]


def inputs_of(scenario: str, dataset: Path | None, source: str | None) -> tuple[CareSystem, Scenario, Registers]:
    """Return the system, the scenario and the registers of evidence of a run.

    The database holds systems, not the registers: those of the packaged dataset are taken where the system is the
    same, else there are none.

    Parameters
    ----------
    scenario
        A ready scenario, a file, or with `source` one that is stored beside the version.
    dataset
        A folder, or None for the packaged one; not together with `source`.
    source
        ``neo4j`` or ``neo4j:HASH``; None for files.

    Raises
    ------
    SettingError
        If both are given.
    SchemaViolation, ScenarioConflict, StoreError, UnknownNode
        If something cannot be found or read.
    """
    if not is_neo4j(source):
        wanted = opt.find_scenario(scenario)
        return opt.read_system(dataset), wanted, registers_of(dataset)
    if dataset is not None:
        raise SettingError("--dataset and --from: the system comes from one place; leave one of them out")
    stored = scenario not in library() and not Path(scenario).exists()
    found = None if stored else opt.find_scenario(scenario)
    with from_environment() as database:
        version, system = pulled(database, (source or "").partition(":")[2] or None)
        wanted = found or scenario_from_content(find_branch(database, version, scenario))
    same = system.content_hash == load_sweden().content_hash
    return system, wanted, registers_of(None) if same else dict.fromkeys(REGISTERS, ())
