"""Fit the parameter `dispersion`: how much more yearly counts vary than pure chance (Poisson) would have it.

    python benchmarks/fit_dispersion.py [dataset folder] [--resamples 4000]

Pooled over the reported unit-years, variance over mean = Pearson's chi-square over its degrees of freedom, once
with a mean of its own for every unit and once with the area's national year beside it (the units of one area may
rise and fall together, as in the pandemic). The range is a bootstrap over areas, from which a new area is drawn.
Without a folder the packaged dataset is read; the first fit stands in its parameters as ``dispersion``.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from graph_schema import CareSystem
from loaders import load_sweden, read_dataset

Counts = NDArray[np.float64]
SEED = 1
TAILS = (0.05, 0.95)


def reported_counts(system: CareSystem) -> dict[str, Counts]:
    """Return the reported patients of each area, shape (units, years); NaN where nothing is reported."""
    found: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for record in system.rows["PROVIDES_VOLUME"]:
        patients = record.quantity("patients")
        if patients is None or patients.grade != "reported" or record.text("sub_permit") or record.text("home_region"):
            continue
        year = int(record.number("year") or 0)
        found[record.text("target_id")][record.text("source_id")][year] = patients.value
    tables: dict[str, Counts] = {}
    for area, units in sorted(found.items()):
        several = {u: counts for u, counts in sorted(units.items()) if len(counts) > 1 and sum(counts.values()) > 0}
        years = sorted({year for counts in several.values() for year in counts})
        if several:
            tables[area] = np.array([[counts.get(year, np.nan) for year in years] for counts in several.values()])
    return tables


def unit_means(counts: Counts) -> tuple[float, int]:
    """Return chi-square and degrees of freedom where every unit has a mean of its own."""
    expected = np.broadcast_to(np.nanmean(counts, axis=1, keepdims=True), counts.shape)
    known = ~np.isnan(counts)
    deviations = (counts[known] - expected[known]) ** 2 / expected[known]
    return float(deviations.sum()), int(known.sum()) - len(counts)


def unit_and_year_means(counts: Counts) -> tuple[float, int]:
    """Return the same with the area's national year beside it; no degree of freedom is left to a single unit."""
    if len(counts) < 2 or np.isnan(counts).any():
        return 0.0, 0
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / counts.sum()
    return float(((counts - expected) ** 2 / expected).sum()), (counts.shape[0] - 1) * (counts.shape[1] - 1)


def pooled(parts: Sequence[tuple[float, int]]) -> float:
    """Return the sum of the chi-squares over the sum of their degrees of freedom."""
    return sum(c for c, _ in parts) / max(sum(d for _, d in parts), 1)


def bootstrap(parts: Sequence[tuple[float, int]], resamples: int) -> tuple[float, float]:
    """Return the 5 % and 95 % points of the pooled ratio when areas are drawn with replacement."""
    drawn = np.random.default_rng(SEED).integers(0, len(parts), size=(resamples, len(parts)))
    squares, freedom = np.array(parts, dtype=np.float64).T
    ratios = squares[drawn].sum(axis=1) / freedom[drawn].sum(axis=1)
    low, high = np.quantile(ratios, TAILS)
    return float(low), float(high)


def describe(name: str, parts: Mapping[str, tuple[float, int]], resamples: int) -> None:
    """Print one fit: the pooled ratio, its range and how badly Poisson fits."""
    used = [part for part in parts.values() if part[1] > 0]
    square, freedom = sum(c for c, _ in used), sum(d for _, d in used)
    low, high = bootstrap(used, resamples)
    by_chance = chi2.sf(square, freedom)
    print(f"{name}: chi-square {square:.1f}, {freedom} degrees of freedom, p under Poisson {by_chance:.1g}")
    print(f"  variance over mean {pooled(used):.2f} (bootstrap over {len(used)} areas {low:.2f} to {high:.2f})")


def main() -> None:
    """Print both fits and the ratio of every area."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", type=Path)
    parser.add_argument("--resamples", type=int, default=4000)
    arguments = parser.parse_args()
    system = load_sweden() if arguments.dataset is None else read_dataset(arguments.dataset)
    tables = reported_counts(system)
    own = {area: unit_means(counts) for area, counts in tables.items()}
    both = {area: unit_and_year_means(counts) for area, counts in tables.items()}
    units, years = sum(len(c) for c in tables.values()), sum(int((~np.isnan(c)).sum()) for c in tables.values())
    print(f"{len(tables)} areas, {units} units, {years} reported unit-years")
    describe("own mean of each unit", own, arguments.resamples)
    describe("own mean and national year", both, arguments.resamples)
    for area, (square, freedom) in sorted(own.items(), key=lambda item: -item[1][0] / item[1][1]):
        print(f"  {area:20} {square / freedom:6.2f}  ({freedom} degrees of freedom)")


if __name__ == "__main__":
    main()
