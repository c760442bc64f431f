"""Few moves, where moves are all that costs: the fewest without a map, joined on the map.

What is cheapest were there no map is often a plan once its territories are joined through atoms
that count nothing, such as empty areas: then it is the best one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.steps import ROUNDING, common_step
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.apart import Apart, apart, counts_for_nothing
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.exact import exact
from territory_planner.solving.improve import Outcome
from territory_planner.solving.land import listed_land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.ways import heaviest
from territory_planner.solving.whole import made_whole

TRIES = 4
EFFORT = 0.5
"""In CP-SAT's deterministic time: to find, of what costs the same, what lies nearest."""


def moves_alone_cost(model: Model) -> bool:
    """Return whether each atom has some territory where it costs nothing, and bands are free."""
    at_home = np.minimum.reduceat(model.cost, model.start[:-1])
    return bool(model.cost.any() and not at_home.any() and not model.slope.any())


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
    detour = _detours(problem, model, center, start)
    first = apart(model, relaxation, search)
    best = _joined(model, center, first, start, detour, search)
    row = model.row_of_candidate
    had_to = ~counts_for_nothing(model) & (model.cost[model.position(start)] > 0)
    if not np.isfinite(best.value) and had_to.any():
        # What had to move to make the start whole stays where it is.
        stays = ~had_to[row] | (model.territory == start[row])
        given = model.restricted(stays)
        again = apart(given, relaxation, search)
        best = _joined(given, center, again, start, detour[stays], search)
    return best, first.bound


def _joined(
    model: Model,
    center: FloatArray,
    found: Apart,
    start: IntArray,
    detour: FloatArray,
    search: Search,
) -> Outcome:
    """Return an assignment on the map, joined through atoms that count nothing, if that can be.

    Parameters
    ----------
    start
        ``(n_atoms,)`` where those lie at first.
    """
    if not np.isfinite(found.found.value):
        return Outcome(start, np.inf)
    part, row = found.part, model.row_of_candidate
    size = part.weight + 1 / model.n_atoms
    away = _hops(model, found, start) + detour[found.open]
    away *= size[part.row_of_candidate]
    may = np.ones(len(part.cost), dtype=np.bool_)
    for _ in range(TRIES):
        near = _nearest(found, away, may, search)
        if near is None:
            break
        of = found.with_part(near)
        stays = model.restricted((of[row] == NONE) | (of[row] == model.territory))
        first = np.where(of == NONE, start, of).astype(np.int32)
        whole = made_whole(stays, listed_land(stays, stays.cost), center, first)
        if model.is_whole(whole) and model.violation(whole) <= FEASIBLE:
            return Outcome(whole, model.value(whole))
        # Others, of the same cost, may be joined where these cannot.
        moves = (part.cost > 0) & (near[part.row_of_candidate] == part.territory)
        strays = ~heaviest(model, whole, model.on_map) & model.on_map
        strays &= ~counts_for_nothing(model)
        alone = moves & strays[found.atoms[part.row_of_candidate]]
        may &= ~(alone if alone.any() else moves)
    return Outcome(start, np.inf)


def _nearest(found: Apart, away: FloatArray, may: BoolArray, search: Search) -> IntArray | None:
    """Return, of what costs no more, what is least away, None where nothing was found.

    Parameters
    ----------
    away, may
        ``(n_part,)`` of the part's candidates: how far away, and which may be chosen.
    """
    part = found.part
    step = common_step(part.cost) or max(found.found.value, 1e-300)
    near = replace(
        part,
        cost=away,
        moved=np.column_stack([part.moved, part.cost / step]),
        budget=np.append(part.budget, found.found.value / step + ROUNDING),
    ).restricted(may)
    exactly = search.silent()
    exactly.options = replace(search.options, relative_gap=0.0)
    begin = np.inf if (near.position(found.found.of) == NONE).any() else near.value(found.found.of)
    known = Outcome(found.found.of, begin)
    best = exact(near, known, exactly, EFFORT).outcome
    return best.of if np.isfinite(best.value) else None


def _hops(model: Model, found: Apart, start: IntArray) -> FloatArray:
    """Return ``(n_part,)``: steps from open atoms to territories over atoms that count nothing.

    As many as there are atoms where no such way leads; none off the map, or where nothing costs.
    """
    part, n = found.part, model.n_atoms
    atom, hops = found.atoms[part.row_of_candidate], np.zeros(len(part.cost))
    asked = (part.cost > 0) & model.on_map[atom]
    row, free = np.repeat(np.arange(n), np.diff(model.next_start)), counts_for_nothing(model)
    for k in np.unique(part.territory[asked]):
        held: BoolArray = model.on_map & (start == k)
        leads = (held | free)[row]
        graph = csr_array((np.ones(leads.sum()), (row[leads], model.next_atom[leads])), (n, n))
        far = dijkstra(graph, indices=np.flatnonzero(held), unweighted=True, min_only=True)
        mine = asked & (part.territory == k)
        hops[mine] = np.minimum(far[atom[mine]], n)
    return hops


def _detours(problem: Problem, model: Model, center: FloatArray, start: IntArray) -> FloatArray:
    """Return ``(n_candidates,)``: how much farther than now its center is, in steps on the map."""
    xy = problem.units.xy
    atom = xy[np.unique(model.atom_of, return_index=True)[1]]
    away = problem.distance_km(atom[model.row_of_candidate], center[model.territory])
    now = problem.distance_km(atom, center[start])
    steps = problem.distance_km(xy[model.edges[:, 0]], xy[model.edges[:, 1]])
    step = float(steps.mean()) if len(steps) else 1.0
    result: FloatArray = np.maximum(away - now[model.row_of_candidate], 0.0) / max(step, 1e-9)
    return result
