"""The largest distance to a center: branch and bound over how large it may be, equation (31).

Every limit on the distance is a problem of its own, which the other engines solve. A limit's bound
holds for every smaller limit, so intervals of limits can be ruled out whole.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import Problem
from territory_planner.errors import InfeasibleError
from territory_planner.evaluation.compactness import has_free_centers, largest_distance_km
from territory_planner.solving.candidates import NEAREST, eligible_pairs
from territory_planner.solving.dual import EXCESS
from territory_planner.solving.found import Found, judged
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import build_model
from territory_planner.solving.progress import Search
from territory_planner.solving.relax import relax
from territory_planner.solving.warm import Known

Engine = Callable[[Problem, Criteria, Search, Known | None], Found]

FIRST_SHARE = 0.4
"""Of the time, what the search without a limit takes."""
EACH_SHARE = 0.25
"""Of the time that is left, what each further limit takes."""
NARROW = 1e-4
"""Intervals of limits this narrow, as a share of their upper end, are not split again."""
LIMITS = 40


def counts_farthest(criteria: Criteria) -> bool:
    """Return whether the objective counts the largest distance."""
    return criteria.worth("largest_distance") > 0


def with_farthest(
    problem: Problem,
    criteria: Criteria,
    search: Search,
    engine: Engine,
    known: Known | None = None,
) -> Found:
    """Return the best plan found over all limits on the distance, with its bound.

    Parameters
    ----------
    engine
        Solves the problem for criteria that do not count the largest distance.
    known
        Where to begin, if anywhere.

    Raises
    ------
    InfeasibleError
        When it is proven that there is none.
    """
    worth = criteria.worth("largest_distance")
    rest = replace(criteria, compactness={**criteria.compactness, "largest_distance": 0.0})
    first = engine(problem, rest, search.part(FIRST_SHARE), known)
    best = _whole(problem, criteria, first)
    search.improved(best.value, "no limit on distance")
    low, high = _least(problem, criteria), np.inf
    # Intervals of limits: the bound of every plan in it, its ends, the bound at its upper end.
    open_intervals = [(first.bound + worth * low, low, high, first.bound)]
    reached = _farthest(problem, criteria, first)
    for _ in range(LIMITS):
        bound, low, high, at_high = open_intervals[0]
        search.improved_bound(min(bound, best.value), "largest distance")
        top = min(high, reached)
        if search.is_over() or search.has_closed() or top - low <= NARROW * top:
            break
        heapq.heappop(open_intervals)
        limit = (low + top) / 2
        heapq.heappush(open_intervals, (at_high + worth * limit, limit, high, at_high))
        limited = replace(rest, max_distance_km=limit)
        if _is_impossible(problem, limited, search):
            continue
        try:
            found = engine(problem, limited, search.part(EACH_SHARE), known)
        except InfeasibleError:
            continue
        heapq.heappush(open_intervals, (found.bound + worth * low, low, limit, found.bound))
        outcome = _whole(problem, criteria, found)
        if outcome.value < best.value:
            best, first = outcome, found
            search.improved(best.value, "largest distance")
    bound = min((interval[0] for interval in open_intervals), default=best.value)
    return Found(first.model, first.relaxation, best, min(bound, best.value))


def _least(problem: Problem, criteria: Criteria) -> float:
    """Return the km that the farthest unit has to the nearest home it may go to; 0 if free."""
    if has_free_centers(problem, criteria):
        return 0.0
    pairs, _ = eligible_pairs(problem, criteria, problem.home, NEAREST)
    nearest = np.full(problem.n_units, np.inf)
    np.minimum.at(nearest, pairs.unit, pairs.distance_km)
    return float(nearest[np.isfinite(nearest)].max(initial=0.0))


def _is_impossible(problem: Problem, criteria: Criteria, search: Search) -> bool:
    """Return whether it is proven, without a search, that nobody can keep to the limit."""
    if has_free_centers(problem, criteria):
        return False
    model = build_model(problem, criteria, problem.home)
    if (np.diff(model.start) == 0).any():
        return True
    return relax(model, search.part(EACH_SHARE))[1].excess > EXCESS


def _alignment(found: Found) -> Alignment:
    return Alignment(found.best.of[found.model.atom_of])


def _whole(problem: Problem, criteria: Criteria, found: Found) -> Outcome:
    """Return what the engine found with its whole objective."""
    return replace(found.best, value=judged(problem, criteria, found.model, found.best.of))


def _farthest(problem: Problem, criteria: Criteria, found: Found) -> float:
    return float(largest_distance_km(problem, _alignment(found), criteria).max(initial=0.0))
