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
from territory_planner.solving.hops import steps_from
from territory_planner.solving.improve import Outcome
from territory_planner.solving.land import listed_land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.ways import heaviest
from territory_planner.solving.whole import made_whole

TRIES = 4
"""How often moves are chosen that may be joined, where others could not."""
MANY = 30
"""Atoms that stay and are cut off: other moves would not help."""
EFFORT = 1.0
"""In CP-SAT's deterministic time: to find, of what costs the same, what lies nearest."""


def moves_alone_cost(model: Model) -> bool:
    """Return whether each atom with a choice has one that costs nothing, and bands are free.

    All pairs must be listed too: nothing would be proven of others.
    """
    # What locked atoms cost, as when an edit takes others of a group along, they cost anywhere.
    at_home = np.minimum.reduceat(model.cost, model.start[:-1])[np.diff(model.start) > 1]
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
    best, cut_off = _joined(problem, model, center, first, start, search)
    had_to = ~counts_for_nothing(model) & (model.cost[model.position(start)] > 0)
    if not np.isfinite(best.value) and cut_off <= MANY and had_to.any():
        # What had to move to make the start whole stays where it is.
        row = model.row_of_candidate
        given = model.restricted(~had_to[row] | (model.territory == start[row]))
        again = apart(given, relaxation, search)
        best, _ = _joined(problem, given, center, again, start, search)
    return best, first.bound


def _joined(
    problem: Problem,
    model: Model,
    center: FloatArray,
    found: Apart,
    start: IntArray,
    search: Search,
) -> tuple[Outcome, int]:
    """Return an assignment on the map, joined through atoms that count nothing, if that can be.

    And how many atoms were cut off from their territories in the last one that could not be.

    Parameters
    ----------
    start
        ``(n_atoms,)`` where those lie at first.
    """
    nothing, cut_off = Outcome(start, np.inf), 0
    if not np.isfinite(found.best.value):
        return nothing, cut_off
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
            return Outcome(whole, model.value(whole)), 0
        moves = (part.cost > 0) & (near[asked] == part.territory)
        strays = model.on_map & counts & ~heaviest(model, whole, model.on_map)
        cut_off = int((strays & (whole == start)).sum())
        if cut_off > MANY:
            break
        # Others, of the same cost, may be joined where these cannot.
        may &= ~_to_blame(model, found.atoms[asked], moves, strays)
    return nothing, cut_off


def _to_blame(model: Model, atom: IntArray, moves: BoolArray, strays: BoolArray) -> BoolArray:
    """Return which moves could not be joined, or the one that is nearest to what it cut off.

    Parameters
    ----------
    atom, moves
        ``(n_part,)`` of the part's candidates: their atoms, and whether they are moves.
    strays
        ``(n_atoms,)`` what lies apart.
    """
    alone: BoolArray = moves & strays[atom]
    if alone.any() or not moves.any():
        return alone
    away = steps_from(model, np.flatnonzero(strays), model.on_map)[atom]
    first: BoolArray = np.arange(len(moves)) == np.argmin(np.where(moves, away, model.n_atoms + 1))
    return first


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
