"""Branch and bound over the atoms that the relaxation splits, the heaviest first.

For problems in which a few heavy atoms decide how good a plan can be: the relaxation of each node
is its dual, climbed from its parent's prices; a node without a heavy split atom is searched for a
plan. Candidates whose regret exceeds the gap can be in no better plan, and are left out first.
"""

from __future__ import annotations

import heapq
from itertools import count

import numpy as np

from territory_planner.solving.dual import EXCESS, Relaxation, reduced_costs
from territory_planner.solving.heavy import Settled, weight_of
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.refine import refine

NODES = 2000
WIDEST = 50_000
"""Candidates within the gap up to which branching is tried."""


def branched(
    model: Model,
    relaxation: Relaxation,
    known: Outcome,
    search: Search,
    rng: np.random.Generator,
) -> tuple[Outcome, float, Relaxation]:
    """Return the best assignment found, a bound on every one, and the prices that led to the best.

    Parameters
    ----------
    known
        The best assignment so far, inside every limit.
    """
    best, bound, prices = known, relaxation.bound, relaxation
    root = Settled(_within_gap(model, relaxation, known.value), relaxation)
    if len(root.model.cost) > WIDEST:
        return best, bound, prices
    number = count()
    heap = [(bound, next(number), root)]
    closed_least = np.inf
    for _ in range(NODES):
        if not heap or search.is_over() or search.has_closed():
            break
        node_bound, _, node = heapq.heappop(heap)
        bound = max(bound, min(node_bound, closed_least, best.value))
        search.improved_bound(min(bound, best.value), "branching")
        if node_bound >= _enough(best, search):
            heapq.heappush(heap, (node_bound, next(number), node))
            break
        split = node.split()
        if not split.size:
            closed_least = min(closed_least, node_bound)
            continue
        for child in _children(node, int(split[0]), search):
            child_bound = max(child.relaxation.bound, node_bound)
            if child.relaxation.excess > EXCESS or child_bound >= best.value:
                continue
            heapq.heappush(heap, (child_bound, next(number), child))
            below = child.split()
            if not below.size or weight_of(model)[below[0]] < 1:
                found = refine(model, child.relaxation, child.choice(rng), search, rng, kicks=0)
                if found.value < best.value:
                    best, prices = found, child.relaxation
    left = min([closed_least, best.value, *(entry[0] for entry in heap)])
    return best, max(bound, left), prices


def _enough(best: Outcome, search: Search) -> float:
    """Return the bound at which the best plan is good enough."""
    return best.value * (1 - search.options.relative_gap)


def _within_gap(model: Model, relaxation: Relaxation, value: float) -> Model:
    """Return the model of the candidates that a better plan than the known one could use."""
    reduced = reduced_costs(model, relaxation.price, relaxation.toll)
    least = np.minimum.reduceat(reduced, model.start[:-1])
    regret = reduced - np.repeat(least, np.diff(model.start))
    return model.restricted(regret <= (value - relaxation.bound) * (1 + 1e-9) + 1e-12)


def _children(node: Settled, atom: int, search: Search) -> list[Settled]:
    """Return the node with an atom settled at each of its candidates in turn."""
    start = node.model.start
    found = []
    for j in range(int(start[atom]), int(start[atom + 1])):
        keep = np.ones(len(node.model.cost), dtype=np.bool_)
        keep[start[atom] : start[atom + 1]] = False
        keep[j] = True
        found.append(node.with_only(keep, search))
    return found
