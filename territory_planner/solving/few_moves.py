"""Few moves, where moves are all that costs: the fewest without a map, joined on the map.

What is cheapest were there no map is often a plan once its territories are joined through atoms
that count nothing, such as empty areas: then it is the best one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.steps import ROUNDING, common_step
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.apart import Apart, apart, counts_for_nothing
from territory_planner.solving.away import away
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.exact import exact
from territory_planner.solving.improve import Outcome
from territory_planner.solving.land import listed_land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.ways import heaviest
from territory_planner.solving.whole import made_whole

TRIES = 4
"""How often moves are chosen that may be joined, where others could not."""
EFFORT = 0.5
"""In CP-SAT's deterministic time: to find, of what costs the same, what lies nearest."""


def moves_alone_cost(model: Model) -> bool:
    """Return whether each atom has some territory where it costs nothing, and bands are free.

    All pairs must be listed too: nothing would be proven of others.
    """
    at_home = np.minimum.reduceat(model.cost, model.start[:-1])
    are_moves = bool(model.cost.any() and not at_home.any() and not model.slope.any())
    return are_moves and model.elsewhere is None


def few_moves(
    problem: Problem,
    model: Model,
    center: FloatArray,
    relaxation: Relaxation,
    start: IntArray,
    search: Search,
) -> tuple[Outcome, float]:
    """Return an assignment with few moves, not finite where none was found, and a bound on all.

    Parameters
    ----------
    start
        ``(n_atoms,)`` territories, each on the map in one piece.
    """
    first = apart(model, relaxation, search)
    best = _joined(problem, model, center, first, start, search)
    had_to = ~counts_for_nothing(model) & (model.cost[model.position(start)] > 0)
    if not np.isfinite(best.value) and had_to.any():
        # What had to move to make the start whole stays where it is.
        row = model.row_of_candidate
        given = model.restricted(~had_to[row] | (model.territory == start[row]))
        again = apart(given, relaxation, search)
        best = _joined(problem, given, center, again, start, search)
    return best, first.bound


def _joined(
    problem: Problem,
    model: Model,
    center: FloatArray,
    found: Apart,
    start: IntArray,
    search: Search,
) -> Outcome:
    """Return an assignment on the map, joined through atoms that count nothing, if that can be.

    Parameters
    ----------
    start
        ``(n_atoms,)`` where those lie at first.
    """
    if not np.isfinite(found.best.value):
        return Outcome(start, np.inf)
    part, row = found.part, model.row_of_candidate
    asked, counts = part.row_of_candidate, ~counts_for_nothing(model)
    far, may = away(problem, model, center, found, start), np.ones(len(part.cost), dtype=np.bool_)
    for _ in range(TRIES):
        near = _nearest(found, far, may, search)
        if near is None or search.is_over():
            break
        of = found.with_part(near)
        stays = model.restricted((of[row] == NONE) | (of[row] == model.territory))
        first = np.where(of == NONE, start, of).astype(np.int32)
        whole = made_whole(stays, listed_land(stays, stays.cost), center, first)
        if model.is_whole(whole) and model.violation(whole) <= FEASIBLE:
            return Outcome(whole, model.value(whole))
        # Others, of the same cost, may be joined where these cannot.
        moves = (part.cost > 0) & (near[asked] == part.territory)
        strays = model.on_map & counts & ~heaviest(model, whole, model.on_map)
        alone = moves & strays[found.atoms[asked]]
        may &= ~(alone if alone.any() else moves)
    return Outcome(start, np.inf)


def _nearest(found: Apart, far: FloatArray, may: BoolArray, search: Search) -> IntArray | None:
    """Return, of what costs no more, what is least away, None where nothing was found.

    Parameters
    ----------
    far, may
        ``(n_part,)`` of the part's candidates: how far away, and which may be chosen.
    """
    part, best = found.part, found.best
    step = common_step(part.cost) or max(best.value, 1e-300)
    near = replace(
        part,
        cost=far,
        moved=np.column_stack([part.moved, part.cost / step]),
        budget=np.append(part.budget, best.value / step + ROUNDING),
    ).restricted(may)
    is_open = bool((near.position(best.of) != NONE).all())
    known = Outcome(best.of, near.value(best.of) if is_open else np.inf)
    nearest = exact(near, known, search.exactly(), EFFORT).outcome
    return nearest.of if np.isfinite(nearest.value) else None
