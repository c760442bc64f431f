"""Whole territories: turn any assignment into one whose territories are each one piece (4).

Each territory keeps its heaviest piece, joined to its locked atoms by shortest paths; what is left
goes, nearest first, to a neighbour that may have it.
"""

from __future__ import annotations

import heapq

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.geography.adjacency import piece_labels
from territory_planner.solving.model import Model


def made_whole(model: Model, of: IntArray) -> IntArray:
    """Return the assignment with every territory on the map in one piece, as far as it can be.

    Atoms that no neighbouring territory may have keep the cheapest candidate; the independent
    evaluation says so when that leaves a territory in pieces.
    """
    result = of.copy()
    kept = _kernels(model, result)
    result[model.on_map & ~kept] = NONE
    _grow(model, result, np.flatnonzero(kept))
    left = np.flatnonzero(result == NONE)
    for a in left:
        first, last = model.start[a], model.start[a + 1]
        result[a] = model.territory[first + int(np.argmin(model.cost[first:last]))]
    return result


def _kernels(model: Model, of: IntArray) -> BoolArray:
    """Return which atoms stay: per territory one piece, grown to hold all its locked atoms."""
    locked = model.on_map & (np.diff(model.start) == 1)
    kept = _heaviest(model, of, model.on_map, locked)
    for k in range(model.n_territories):
        mine = of == k
        if not (kept & mine).any():
            seed = _seed(model, k, locked & ~mine)
            if seed != NONE:
                of[seed], kept[seed] = k, True
            continue
        for a in np.flatnonzero(mine & locked & ~kept):
            if not kept[a]:
                steps = _path(model, of, kept, int(a), k, locked)
                of[steps], kept[steps] = k, True
    # A path may have cut through what another territory kept: only whole pieces stay.
    return _heaviest(model, of, kept, locked)


def _heaviest(model: Model, of: IntArray, among: BoolArray, locked: BoolArray) -> BoolArray:
    """Return, of the given atoms, each territory's heaviest piece; locked atoms weigh most."""
    row = np.repeat(np.arange(model.n_atoms), np.diff(model.next_start))
    same = (of[row] == of[model.next_atom]) & among[row] & among[model.next_atom]
    piece = piece_labels(model.n_atoms, np.column_stack([row, model.next_atom])[same])
    weight = np.bincount(piece, model.weight + locked, piece.max() + 1)
    # The last of each territory in order of weight is its heaviest; ties fall to the higher piece.
    members = np.flatnonzero(among & (of != NONE))
    order = members[np.lexsort((piece[members], weight[piece[members]], of[members]))]
    last = np.flatnonzero(np.append(np.diff(of[order]) != 0, True)) if order.size else order
    chosen = np.full(model.n_territories, NONE)
    chosen[of[order[last]]] = piece[order[last]]
    stays = np.zeros(model.n_atoms, dtype=np.bool_)
    stays[members] = piece[members] == chosen[of[members]]
    return stays


def _seed(model: Model, k: int, taken: BoolArray) -> int:
    """Return the atom on the map that territory k would have at the least cost per weight."""
    position = model.position(np.full(model.n_atoms, k, dtype=np.int32))
    able = np.flatnonzero((position != NONE) & model.on_map & ~taken)
    if not able.size:
        return NONE
    per_weight = model.cost[position[able]] / np.maximum(model.weight[able], 1e-15)
    return int(able[np.argmin(per_weight)])


def _path(
    model: Model, of: IntArray, kept: BoolArray, origin: int, k: int, locked: BoolArray
) -> list[int]:
    """Return the fewest atoms that join the origin to what territory k keeps.

    The origin alone when nothing joins them.
    """
    may = model.position(np.full(model.n_atoms, k, dtype=np.int32)) != NONE
    before = {origin: NONE}
    frontier = [origin]
    while frontier:
        following = []
        for at in frontier:
            for other in model.next_atom[model.next_start[at] : model.next_start[at + 1]].tolist():
                if other in before or not may[other] or (locked[other] and of[other] != k):
                    continue
                before[other] = at
                if kept[other] and of[other] == k:
                    path = []
                    while other != NONE:
                        path.append(other)
                        other = before[other]
                    return path
                following.append(other)
        frontier = following
    return [origin]


def _grow(model: Model, of: IntArray, seeds: IntArray) -> None:
    """Give every atom on the map without a territory to a neighbour's, the cheapest first."""
    heap: list[tuple[float, int, int]] = []

    def offer(at: int) -> None:
        k = int(of[at])
        for other in model.next_atom[model.next_start[at] : model.next_start[at + 1]].tolist():
            if of[other] == NONE:
                first, last = model.start[other], model.start[other + 1]
                j = int(first + np.searchsorted(model.territory[first:last], k))
                if j < last and model.territory[j] == k:
                    per_weight = model.cost[j] / max(float(model.weight[other]), 1e-15)
                    heapq.heappush(heap, (per_weight, other, k))

    for at in seeds.tolist():
        offer(at)
    while heap:
        _, a, k = heapq.heappop(heap)
        if of[a] == NONE:
            of[a] = k
            offer(a)
