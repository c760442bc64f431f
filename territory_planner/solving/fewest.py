"""A known assignment that breaks its limits in one place, mended with little cost beside.

Only the territories round what is broken take part, and of their atoms only those near a border
that another one could reach: an integer program small enough to be solved. Each unit of a territory
needs a neighbour in it that is nearer to the territory's root, as in Zoltners & Sinha (1983), doi
10.1287/mnsc.29.11.1237: so it is in one piece, without a cut. Near is told by an assignment that is
whole. What is proven holds for one such order; the bound on all repairs is the relaxation's.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.geography.adjacency import piece_labels
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.exact import exact
from territory_planner.solving.excerpt import Excerpt, excerpt
from territory_planner.solving.hops import steps_from
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.region import neighbours, region, with_neighbours
from territory_planner.solving.rooted import rooted

STEPS = ((4, 0), (7, 0), (7, 1), (12, 0), (12, 1))
"""Steps from a territory within which another's atoms may join it, and rings of territories that
take part beside those that must: more where those before will not do.
"""
DETOUR = 2
"""Steps by which a way to an atom that lies apart may be longer than the shortest."""
TRIFLE = 1e-3
"""Of the least cost of any atom: what moving one costs beside."""
MOST = 15_000
"""Candidates, beside one for each atom, of a program that is tried."""
SMALL = 150
"""Atoms up to which the best of all assignments is looked for first."""


def mended_by_program(model: Model, of: IntArray, whole: IntArray, search: Search) -> Outcome:
    """Return the cheapest way found to hold all limits again; not finite where there is none.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories, of which some are outside their limits or in pieces.
    whole
        ``(n_atoms,)`` the same with every territory on the map in one piece.
    """
    nothing = Outcome(of, np.inf)
    least = region(model, of)
    if least is None:
        return nothing
    dear, edges = _dearer(model, of), neighbours(model, whole)
    if least[of].sum() <= SMALL:
        proven = _proven(_part(dear, of, whole, least, STEPS[-1][0]), of, search)
        if np.isfinite(proven.value):
            return replace(proven, value=model.value(proven.of))
    for hops, rings in STEPS:
        among = least
        for _ in range(rings):
            among = with_neighbours(among, edges)
        part = _part(dear, of, whole, among, hops)
        if search.is_over() or len(part.model.cost) - part.model.n_atoms > MOST:
            continue
        best = min(_found(dear, of, part, (of, whole), search), key=lambda one: one.value)
        if np.isfinite(best.value):
            return replace(best, value=model.value(best.of))
    return nothing


def activity_moved(model: Model, of: IntArray) -> Model:
    """Return the model in which nothing costs but moving activity away from where it lies."""
    share = model.activity / np.maximum(model.activity.sum(axis=0), 1e-300)
    row = model.row_of_candidate
    moves = model.territory != of[row]
    return replace(model, cost=share.sum(axis=1)[row] * moves, slope=np.zeros_like(model.slope))


def _proven(part: Excerpt, of: IntArray, search: Search) -> Outcome:
    """Return the cheapest of all assignments of a part."""
    # What a part is worth is no plan.
    known = Outcome(part.of, np.inf)
    found = exact(part.model, known, search.silent(), inwards=True).outcome
    return replace(found, of=part.put_back(of, found.of))


def _found(
    model: Model, of: IntArray, part: Excerpt, orders: tuple[IntArray, ...], search: Search
) -> list[Outcome]:
    """Return what comes of some orders, each by a search of its own."""

    def found(i: int) -> Outcome:
        there = rooted(part.model, part.taken_from(orders[i]), search, i)
        if there is None:
            return Outcome(of, np.inf)
        there = part.put_back(of, there)
        is_plan = model.violation(there) <= FEASIBLE and model.is_whole(there)
        return Outcome(there, model.value(there) if is_plan else np.inf)

    with ThreadPoolExecutor(search.options.workers) as pool:
        return list(pool.map(found, range(len(orders))))


def _part(model: Model, of: IntArray, whole: IntArray, among: BoolArray, hops: int) -> Excerpt:
    """Return the part that some territories hold, with the candidates that are near enough."""
    # What makes the territories whole may lie beyond them.
    among = among.copy()
    among[np.unique(whole[among[of]])] = True
    may = model.territory == whole[model.row_of_candidate]
    may |= _reached(model, of, among, hops)
    return excerpt(model, of, among, may)


def _dearer(model: Model, of: IntArray) -> Model:
    """Return the model in which what costs nothing to move still costs a trifle.

    Empty land would go to and fro.
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
        here = steps_from(model, main, takes)
        near = here <= hops
        for stray in np.setdiff1d(piece[held], piece[main]):
            there = steps_from(model, held[piece[held] == stray], takes)
            way = int(there[main].min())
            near |= (there <= hops) | (here + there <= way + DETOUR)
        mine = model.territory == k
        result[mine] |= near[row[mine]]
    return result
