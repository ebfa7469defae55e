"""A loss of an outage as named arrays, and back: what a table of runs keeps of it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from impact.questions.outage_traces import Branch, Trace
from impact.questions.outages import Loss
from impact.questions.run_table import Arrays, Form

__all__ = ["LOSS"]

OF_LOSS = ("hit", "received", "not_taken", "displaced", "pressed", "stopped", "closed", "halted", "recovery")
OF_TRACE = ("missed", "moved", "used", "cases", "level_lost")


def _pack(loss: Loss) -> Arrays:
    branches = [[node, b.is_level, b.index, list(b.chain)] for node, b in loss.trace.branches.items()]
    return {
        **{name: getattr(loss, name) for name in OF_LOSS},
        **{name: getattr(loss.trace, name) for name in OF_TRACE},
        "slowest": loss.slowest,
        "branches": json.dumps(branches, default=int),
    }


def _unpack(arrays: Arrays) -> Loss:
    branches: list[Any] = json.loads(str(np.asarray(arrays["branches"])))
    found = {int(node): Branch(bool(level), int(i), tuple(map(int, chain))) for node, level, i, chain in branches}
    return Loss(
        **{name: arrays[name] for name in OF_LOSS}, slowest=int(arrays["slowest"]),
        trace=Trace(**{name: arrays[name] for name in OF_TRACE}, branches=found),
    )  # fmt: skip


LOSS: Form[Loss] = Form(_pack, _unpack)
