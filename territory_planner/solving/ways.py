"""Ways that join locked atoms to what their territories keep, and what ways cut off to the rest.

A way of little activity, such as through empty areas, may cut another territory in two. Of some
ways, by lengths drawn by lot, the one is taken after which least activity has to change hands; and
what is cut off may go round the end of the way that did it.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np
from numba import njit
from numpy.typing import NDArray

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.solving.land import Ints, Land
from territory_planner.solving.model import Model

Floats = NDArray[np.float64]

STEP = 0.01
"""Of a mean atom's activity: what each atom of a way counts besides its own."""
SPREAD = 1.5
"""Of the logarithm of lengths that are drawn."""
EACH, ALL = 48, 150
"""Ways that are tried for one piece, and for all; at least one for each locked atom."""


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
    apart = np.flatnonzero(locked & ~kept)
    if not len(apart):
        return kept
    ways = _Ways(model, land, of, kept.copy(), locked)
    for a in apart:
        if not ways.kept[a]:
            ways.lead(np.array([a]), ways.kept, np.inf)
            ways.kept[a] = True
    ways.join_what_is_cut_off()
    # A way may have cut through what another territory kept: only whole pieces stay.
    return heaviest(model, of, ways.kept, locked)


def heaviest(
    model: Model, of: IntArray, among: BoolArray, locked: BoolArray | None = None
) -> BoolArray:
    """Return, of the given atoms, each territory's heaviest piece.

    Locked ones weigh most where they are told: a piece without them cannot be its only one.
    """
    weight = model.weight if locked is None else model.weight + locked
    among = among & (of != NONE)
    piece, weights, where = _pieces(model.next_start, model.next_atom, of, among, weight)
    chosen = np.full(model.n_territories, NONE)
    # The last of each territory in order of weight is its heaviest; ties fall to the first.
    order = np.lexsort((-np.arange(len(weights)), weights))
    chosen[where[order]] = order
    stays: BoolArray = among.copy()
    stays[among] = chosen[of[among]] == piece[among]
    return stays


@dataclass(eq=False)
class _Ways:
    """Ways being led through a map.

    Parameters
    ----------
    of, kept
        ``(n_atoms,)`` territories, and what each keeps: both change.
    locked
        ``(n_atoms,)`` what lies where it must.
    """

    model: Model
    land: Land
    of: IntArray
    kept: BoolArray
    locked: BoolArray
    left: int = ALL
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def __post_init__(self) -> None:
        activity = self.model.activity
        self.size: FloatArray = (activity / np.maximum(activity.sum(axis=0), 1e-300)).sum(axis=1)
        self.before, self.held = self.of.copy(), self.kept | self.locked
        # A way over another one would undo it.
        self.led = np.zeros(len(self.of), dtype=np.bool_)

    def harm(self, of: IntArray, kept: BoolArray) -> tuple[float, BoolArray]:
        """Return the activity that would not stay where it was held, and what would."""
        stays = heaviest(self.model, of, kept, self.locked)
        return float(self.size[self.held & ~(stays & (of == self.before))].sum()), stays

    def lead(self, piece: IntArray, goal: BoolArray, most: float) -> bool:
        """Join a piece to what its territory keeps, if that does less harm than told.

        Parameters
        ----------
        goal
            ``(n_atoms,)`` where the way may end, in the piece's territory.
        """
        model, k = self.model, int(self.of[piece[0]])
        mine = self.of == k
        may = ~(self.locked | self.led) | mine
        if self.land.is_listed:
            may &= model.position(np.full(model.n_atoms, k, dtype=np.int32)) != NONE
        length = STEP * max(float(self.size.mean()), 1e-12) + np.where(mine, 0.0, self.size)
        best, goal = np.empty(0, dtype=np.int64), goal & mine
        for i in range(max(min(EACH, self.left), 1)):
            drawn = length * self.rng.lognormal(sigma=SPREAD, size=len(length)) if i else length
            way = _way(model.next_start, model.next_atom, piece, goal, may, drawn)
            self.left -= 1
            if not len(way):
                break
            of, kept = self.of.copy(), self.kept.copy()
            of[way], kept[way], kept[piece] = k, True, True
            harm, _ = self.harm(of, kept)
            if harm < most:
                best, most = way, harm
            if harm == 0.0:
                break
        if len(best):
            self.of[best], self.kept[best], self.kept[piece] = k, True, True
            self.led[best] = True
        return len(best) > 0

    def join_what_is_cut_off(self) -> None:
        """Lead ways from pieces that hold any activity, the heaviest first."""
        model, tried = self.model, set[int]()
        while self.left > 0:
            harm, stays = self.harm(self.of, self.kept)
            gone = self.held & ~stays & (self.of == self.before)
            piece, weights, _ = _pieces(model.next_start, model.next_atom, self.of, gone, self.size)
            first = np.full(len(weights), model.n_atoms)
            np.minimum.at(first, piece[gone], np.flatnonzero(gone))
            new = (weights > 0) & ~np.isin(first, list(tried))
            if not new.any():
                return
            heaviest_one = int(np.argmax(np.where(new, weights, -1.0)))
            tried.add(int(first[heaviest_one]))
            self.lead(np.flatnonzero(piece == heaviest_one), stays, harm)


@njit(cache=True, nogil=True)
def _pieces(
    next_start: Ints, next_atom: Ints, of: Ints, among: Ints, weight: Floats
) -> tuple[Ints, Floats, Ints]:
    """Return the piece of each atom, -1 of others than told, and each piece's weight and territory.

    In the order of their first atoms.
    """
    n, count = len(of), 0
    piece = np.full(n, -1, dtype=np.int64)
    weights, where = np.zeros(n), np.empty(n, dtype=np.int64)
    stack = np.empty(n, dtype=np.int64)
    for first in range(n):
        if not among[first] or piece[first] >= 0:
            continue
        piece[first], where[count], size = count, of[first], 1
        stack[0] = first
        while size > 0:
            size -= 1
            a = stack[size]
            weights[count] += weight[a]
            for e in range(next_start[a], next_start[a + 1]):
                other = next_atom[e]
                if among[other] and piece[other] < 0 and of[other] == of[a]:
                    piece[other] = count
                    stack[size] = other
                    size += 1
        count += 1
    return piece, weights[:count], where[:count]


@njit(cache=True, nogil=True)
def _way(
    next_start: Ints, next_atom: Ints, piece: Ints, goal: Ints, may: Ints, length: Floats
) -> Ints:
    """Return the atoms of the shortest way from a piece to a goal; none when nothing joins them.

    Parameters
    ----------
    goal, may
        ``(n_atoms,)`` where it may end, and where it may lead through.
    length
        ``(n_atoms,)`` what each atom counts.
    """
    away = np.full(len(length), np.inf)
    before = np.full(len(length), -1, dtype=np.int64)
    heap = [(0.0, np.int64(a)) for a in piece]
    for a in piece:
        away[a] = 0.0
    while len(heap):
        far, at = heapq.heappop(heap)
        if goal[at]:
            count, a = 0, at
            while a >= 0:
                a = before[a]
                count += 1
            way, a = np.empty(count, dtype=np.int64), at
            for i in range(count):
                way[i] = a
                a = before[a]
            return way
        if far > away[at]:
            continue
        for e in range(next_start[at], next_start[at + 1]):
            other = np.int64(next_atom[e])
            beyond = far + length[other]
            if may[other] and beyond < away[other]:
                away[other], before[other] = beyond, at
                heapq.heappush(heap, (beyond, other))
    return np.empty(0, dtype=np.int64)
