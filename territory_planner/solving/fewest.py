"""A known assignment that breaks its limits in one place, mended exactly with little cost beside.

Only the territories round what is broken take part, and of their atoms only those near a border
that another one could reach: an integer program small enough to be solved. What it proves holds
among those; the bound on all repairs is the relaxation's.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.geography.adjacency import piece_labels
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.exact import exact
from territory_planner.solving.excerpt import excerpt
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.region import region

HOPS = 3
"""Steps from a territory within which another's atoms may join it."""
DETOUR = 2
"""Steps by which a way to an atom that lies apart may be longer than the shortest."""
EFFORT = 16.0
"""In CP-SAT's deterministic time."""
TRIFLE = 1e-3
"""Of the least cost of any atom: what moving one costs beside."""
MOST = 8000
"""Candidates of a program that is tried."""


def mended_exactly(model: Model, of: IntArray, search: Search) -> Outcome:
    """Return the cheapest way found to hold all limits again; not finite where there is none.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories, of which some are outside their limits or in pieces.
    """
    among = region(model, of)
    if among is None:
        return Outcome(of, np.inf)
    for hops in range(HOPS, 0, -1):
        part = excerpt(model, of, among, _reached(model, of, among, hops))
        if len(part.model.cost) - part.model.n_atoms <= MOST:
            break
    dearer, known = _dearer(part.model, part.of), Outcome(part.of, np.inf)
    proof = exact(dearer, known, search, EFFORT, is_part=True)
    if not np.isfinite(proof.outcome.value):
        return Outcome(of, np.inf)
    best = part.put_back(of, proof.outcome.of)
    return Outcome(best, model.value(best) if model.violation(best) <= FEASIBLE else np.inf)


def activity_moved(model: Model, of: IntArray) -> Model:
    """Return the model in which nothing costs but moving activity away from where it lies."""
    share = model.activity / np.maximum(model.activity.sum(axis=0), 1e-300)
    row = model.row_of_candidate
    moves = model.territory != of[row]
    return replace(model, cost=share.sum(axis=1)[row] * moves, slope=np.zeros_like(model.slope))


def _dearer(model: Model, of: IntArray) -> Model:
    """Return the model in which what costs nothing to move still costs a trifle.

    Empty land would go to and fro, and each stray piece of it asks for another round.
    """
    least = model.cost[model.cost > 0].min(initial=1.0)
    moves = model.territory != of[model.row_of_candidate]
    return replace(model, cost=model.cost + TRIFLE * least * moves)


def _reached(model: Model, of: IntArray, among: BoolArray, hops: int) -> BoolArray:
    """Return ``(n_candidates,)``: whether the atom is near enough to the territory to join it."""
    row, takes = model.row_of_candidate, among[of]
    result = ~model.on_map[row]
    edges = np.column_stack(
        [np.repeat(np.arange(model.n_atoms), np.diff(model.next_start)), model.next_atom]
    )
    same = of[edges[:, 0]] == of[edges[:, 1]]
    piece = piece_labels(model.n_atoms, edges[same])
    for k in np.flatnonzero(among):
        held = np.flatnonzero(model.on_map & (of == k))
        if not len(held):
            continue
        count = np.bincount(piece[held])
        main = held[piece[held] == count.argmax()]
        here = _steps(model, main, takes)
        near = here <= hops
        for stray in np.setdiff1d(piece[held], piece[main]):
            there = _steps(model, held[piece[held] == stray], takes)
            way = int(there[main].min())
            near |= (there <= hops) | (here + there <= way + DETOUR)
        mine = model.territory == k
        result[mine] |= near[row[mine]]
    return result


def _steps(model: Model, sources: IntArray, takes: BoolArray) -> IntArray:
    """Return ``(n_atoms,)``: steps from the nearest source over atoms that take part."""
    steps = np.full(model.n_atoms, model.n_atoms, dtype=np.int64)
    steps[sources] = 0
    frontier, step = sources, 0
    while len(frontier):
        step += 1
        counts = np.diff(model.next_start)[frontier]
        ends = np.cumsum(counts)
        at = np.arange(counts.sum()) + np.repeat(model.next_start[frontier] - ends + counts, counts)
        reached = model.next_atom[at]
        frontier = np.unique(reached[takes[reached] & (steps[reached] == model.n_atoms)])
        steps[frontier] = step
    return steps
