"""The model-wide quantities that a dataset must state."""

from __future__ import annotations

from collections.abc import Mapping

from graph_schema import CareSystem, Problem, Quantity, SchemaViolation

__all__ = ["REQUIRED_PARAMETERS", "model_parameters"]

REQUIRED_PARAMETERS = (
    "anchor_episodes",
    "anchor_episodes_per_patient",
    "attraction_exponent",
    "attraction_floor",
    "capacity_multiple",
    "child_fraction",
    "default_day_cv",
    "default_head_cases",
    "default_icu_transport_share",
    "default_margin",
    "default_needed_volume",
    "default_parent_share",
    "default_refill_share",
    "default_research_share",
    "default_transport_share",
    "default_usual_caseload",
    "default_v_min",
    "dirichlet_concentration",
    "dispersion",
    "distance_decay",
    "floor_tolerance",
    "in_reach_share",
    "level_exponent",
    "network_share",
    "outside_ratio",
    "outside_research_share",
    "outside_share_of_spread",
    "region_factor",
    "rota_heads_day",
    "rota_heads_duty",
    "route_share",
    "split_factor",
    "t90_build",
    "t90_loss",
    "working_days",
    "would_have_concentrated",
)


def model_parameters(system: CareSystem) -> Mapping[str, Quantity]:
    """Return the model-wide quantities of a dataset by id.

    Parameters
    ----------
    system
        A validated system.

    Raises
    ------
    SchemaViolation
        If any that the model needs is missing; lists all of them.
    """
    found = {r.key[0]: q for r in system.rows["parameters"] for _, q in r.quantities()}
    problems = [
        Problem("parameters.csv", None, "id", name, "missing parameter", "add its row (see the packaged dataset)")
        for name in REQUIRED_PARAMETERS
        if name not in found
    ]
    if problems:
        raise SchemaViolation(problems)
    return found
