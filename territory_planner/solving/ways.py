"""Ways that join locked atoms to what their territories keep, harming others as little as may be.

A way of least activity may cut another territory in two; of some ways, by lengths drawn by lot, the
one is taken after which least has to change hands.
"""

from __future__ import annotations

import heapq

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.geography.adjacency import piece_labels
from territory_planner.solving.land import Land
from territory_planner.solving.model import Model

STEP = 0.01
"""Of a mean atom's activity: what each atom of a way counts besides its own."""
WAYS, LEAST = 48, 2
"""Ways that are tried for all locked atoms together, and for each at the least."""
SPREAD = 1.5
"""Of the logarithm of lengths that are drawn."""


def join(model: Model, land: Land, of: IntArray, kept: BoolArray) -> BoolArray:
    """Lead ways from locked atoms to what their territories keep, in place; return what is kept.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories; those on ways change.
    kept
        ``(n_atoms,)`` one piece of each territory.
    """
    locked = model.on_map & (np.diff(model.start) == 1)
    share = model.activity / np.maximum(model.activity.sum(axis=0), 1e-300)
    size: FloatArray = share.sum(axis=1)
    apart, rng = np.flatnonzero(locked & ~kept), np.random.default_rng(0)
    step = STEP * max(float(size.mean()), 1e-12)
    each = max(WAYS // max(len(apart), 1), LEAST)
    for a in apart:
        if kept[a]:
            continue
        k = int(of[a])
        may = ~locked | (of == k)
        if land.is_listed:
            may &= model.position(np.full(model.n_atoms, k, dtype=np.int32)) != NONE
        goal, length = kept & (of == k), step + np.where(of == k, 0.0, size)
        best, least = [int(a)], np.inf
        for i in range(each):
            drawn = length * rng.lognormal(sigma=SPREAD, size=len(length)) if i else length
            way = _way(model, int(a), goal, may, drawn)
            if way and (lost := _lost(model, of, kept, way, locked, size)) < least:
                best, least = way, lost
            if least == 0.0:
                break
        of[best], kept[best] = k, True
    # A way may have cut through what another territory kept: only whole pieces stay.
    return heaviest(model, of, kept, locked)


def heaviest(
    model: Model, of: IntArray, among: BoolArray, locked: BoolArray | None = None
) -> BoolArray:
    """Return, of the given atoms, each territory's heaviest piece.

    Locked ones weigh most where they are told: a piece without them cannot be its only one.
    """
    row = np.repeat(np.arange(model.n_atoms), np.diff(model.next_start))
    same = (of[row] == of[model.next_atom]) & among[row] & among[model.next_atom]
    piece = piece_labels(model.n_atoms, np.column_stack([row, model.next_atom])[same])
    each = model.weight if locked is None else model.weight + locked
    weight = np.bincount(piece, each, piece.max() + 1)
    # The last of each territory in order of weight is its heaviest; ties fall to the higher piece.
    members = np.flatnonzero(among & (of != NONE))
    order = members[np.lexsort((piece[members], weight[piece[members]], of[members]))]
    last = np.flatnonzero(np.append(np.diff(of[order]) != 0, True)) if order.size else order
    chosen = np.full(model.n_territories, NONE)
    chosen[of[order[last]]] = piece[order[last]]
    stays = np.zeros(model.n_atoms, dtype=np.bool_)
    stays[members] = piece[members] == chosen[of[members]]
    return stays


def _lost(
    model: Model, of: IntArray, kept: BoolArray, way: list[int], locked: BoolArray, size: FloatArray
) -> float:
    """Return the activity that does not stay where it was kept, once a way is led."""
    after, among = of.copy(), kept.copy()
    after[way], among[way] = of[way[-1]], True
    stays = heaviest(model, after, among, locked)
    return float(size[kept & ~(stays & (after == of))].sum())


def _way(
    model: Model, origin: int, goal: BoolArray, may: BoolArray, length: FloatArray
) -> list[int]:
    """Return the atoms of the shortest way from a goal to the origin; none when nothing joins them.

    Parameters
    ----------
    goal, may
        ``(n_atoms,)`` where it may begin, and where it may lead through.
    length
        ``(n_atoms,)`` what each atom counts.
    """
    away, before, heap = {origin: 0.0}, {origin: NONE}, [(0.0, origin)]
    while heap:
        far_off, at = heapq.heappop(heap)
        if goal[at]:
            way = []
            while at != NONE:
                way.append(at)
                at = before[at]
            return way
        for other in model.next_atom[model.next_start[at] : model.next_start[at + 1]].tolist():
            beyond = far_off + float(length[other])
            if may[other] and beyond < away.get(other, np.inf):
                away[other], before[other] = beyond, at
                heapq.heappush(heap, (beyond, other))
    return []
