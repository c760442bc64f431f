"""Where the search begins: cells round well placed centers, each with a unit of its own."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem
from territory_planner.geography.adjacency import piece_labels
from territory_planner.solving.locate import located
from territory_planner.solving.medians.model import MedianModel
from territory_planner.solving.medians.shifts import grow
from territory_planner.solving.progress import Search


def starts(
    problem: Problem, criteria: Criteria, model: MedianModel, search: Search,
    rng: np.random.Generator,
) -> list[IntArray]:  # fmt: skip
    """Return assignments to begin from, the best first; none when no center is left for some units.

    Each territory has a unit, and is one piece where that is asked for.
    """
    found: list[IntArray] = []
    if model.n_territories > model.n_units:
        return found
    for place in located(problem, criteria, search, rng):
        of = _settled(model, place.of.astype(np.int32), place.center)
        if (of != NONE).all():
            found.append(of)
    return found


def near_centers(model: MedianModel, centers: IntArray) -> IntArray:
    """Return each unit's nearest of some centers, whole on the map; NONE where none is reached."""
    of = np.argmin(model.cost[centers], axis=0).astype(np.int32)
    return _settled(model, of, model.xy[centers])


def _settled(model: MedianModel, of: IntArray, center: FloatArray) -> IntArray:
    """Return cells with a unit in each, whole on the map; NONE where no center can be reached."""
    seat = _seats(model, of, center)
    of = of.copy()
    of[seat] = np.arange(len(seat))
    if not model.is_contiguous:
        return of
    piece = piece_labels(model.n_units, model.edges[of[model.edges[:, 0]] == of[model.edges[:, 1]]])
    of[piece != piece[seat][of]] = NONE
    grow(of, seat, model.cost, model.next_start, model.next_unit)
    return of


def _seats(model: MedianModel, of: IntArray, center: FloatArray) -> IntArray:
    """Return ``(n_territories,)`` a unit near each center, no two the same, of its cell if any."""
    n, k = model.n_units, model.n_territories
    seat = np.full(k, NONE, dtype=np.int32)
    is_taken = np.zeros(n, dtype=np.bool_)
    count = np.bincount(of, minlength=k)
    for t in np.argsort(-count, kind="stable"):
        mine = np.flatnonzero((of == t) & ~is_taken)
        if not mine.size:
            mine = np.flatnonzero(~is_taken & (count[of] > 1))
        far = ((model.xy[mine] - center[t]) ** 2).sum(axis=1)
        seat[t] = mine[np.argmin(far)]
        is_taken[seat[t]] = True
        count[of[seat[t]]] -= of[seat[t]] != t
    return seat
