"""Every plan that could beat a ceiling, tried out: all territories that are good enough, listed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.solving.medians.bound import Dual, last_opened
from territory_planner.solving.medians.cover import as_words, cover
from territory_planner.solving.medians.model import MedianModel
from territory_planner.solving.medians.territory import territories

MOST_LISTED = 20_000
"""Territories beyond which the list is given up."""

LIST_NODES = 3_000_000
COVER_NODES = 50_000_000


@dataclass(frozen=True, eq=False)
class Tried:
    """The outcome: the best plan's value and territories; no territories when none is below."""

    value: float
    of: IntArray | None


def try_all(model: MedianModel, may: BoolArray, dual: Dual, ceiling: float) -> Tried | None:
    """Return the best plan below a ceiling; None when there are too many to try."""
    n, k = model.n_units, model.n_territories
    worth = last_opened(model, dual.worth) + ceiling - dual.bound
    found = np.empty((MOST_LISTED, n), dtype=np.bool_)
    n_listed, nodes_left, centers = 0, LIST_NODES, []
    for j in np.flatnonzero(may.diagonal() & (dual.worth <= worth)).tolist():
        count, _, nodes = territories(
            j, may[j], model.cost, dual.price, dual.charge[j], model.activity, model.lower,
            model.upper, model.next_start, model.next_unit, model.is_contiguous, worth, False,
            nodes_left, found[n_listed:],
        )  # fmt: skip
        nodes_left -= nodes
        if count < 0:
            return None
        n_listed += count
        centers += [j] * count
    units = found[:n_listed]
    cost = np.array([model.cost[j, row].sum() for j, row in zip(centers, units, strict=True)])
    least = float(dual.worth.min())
    reduced = cost - units @ dual.price - least
    by_cost = np.argsort(reduced, kind="stable")
    units, cost, reduced = units[by_cost], cost[by_cost], reduced[by_cost]
    holding = [np.flatnonzero(column) for column in units.T]
    count = np.array([len(some) for some in holding])
    best = np.empty(n, dtype=np.int32)
    value, nodes = cover(
        as_words(units), reduced, cost, np.concatenate([[0], np.cumsum(count)]),
        np.concatenate(holding), np.argsort(count, kind="stable"), k, model.may_be_empty,
        ceiling - float(dual.price.sum()) - k * least, ceiling, COVER_NODES, best,
    )  # fmt: skip
    if nodes < 0:
        return None
    return Tried(value, best if value < ceiling else None)
