"""Ties: the atoms that could as well be elsewhere, and what each would cost more there.

At given prices a plan costs the Lagrangian bound (7), plus the regret of every atom that is not
where it is cheapest, plus what its totals leave unused of limits that have a price (MODEL.md, 17).
A search among the smallest regrets therefore reads its distance to the bound as it goes. The ties
are chosen territory by territory: where capacity is dear, small regrets are rare.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.model import LongArray, Model
from territory_planner.solving.reduced import reduced_costs

RANKS = 8
"""Candidates of one atom that are looked at, the cheapest first."""


class Ties(NamedTuple):
    """The candidates that take part in the search, in CSR form, and the pairs of territories.

    Parameters
    ----------
    start, territory, regret, moved
        Candidates of each atom, as in `Model`; every atom has the one it lies in.
    free
        The atoms that have a choice.
    first_pair, other
        Pairs of territories with an atom between them: those whose lower one is k are
        ``first_pair[k]:first_pair[k + 1]``, and ``other`` is the higher one.
    pair_start, pair_atom, pair_at
        The atoms of each pair, and where the two candidates stand, ``(n, 2)``.
    """

    start: LongArray
    territory: IntArray
    regret: FloatArray
    moved: FloatArray
    free: IntArray
    first_pair: LongArray
    other: IntArray
    pair_start: LongArray
    pair_atom: IntArray
    pair_at: LongArray


def found_ties(model: Model, relaxation: Relaxation, of: IntArray, wanted: IntArray) -> Ties:
    """Return the ties round an assignment.

    Parameters
    ----------
    of
        ``(n_atoms,)`` where the atoms lie; that candidate always takes part.
    wanted
        ``(n_territories,)`` how many atoms that could leave a territory, and as many that could
        enter it, take part: those of least regret.
    """
    reduced = reduced_costs(model, relaxation.price, relaxation.toll)
    row = model.row_of_candidate
    base = np.minimum.reduceat(reduced, model.start[:-1])
    regret = reduced - base[row]
    home = model.territory[_first(model, regret)]
    there = np.zeros(len(regret), dtype=np.bool_)
    there[model.position(of)] = True
    some = np.flatnonzero(~there & (regret <= _within(model, regret)[row]))
    keep = there.copy()
    for side in (home[row[some]], model.territory[some]):
        order = np.lexsort((regret[some], side))
        sorted_side = side[order]
        rank = np.arange(len(order)) - np.searchsorted(sorted_side, sorted_side)
        keep[some[order[rank < wanted[sorted_side]]]] = True
    return _listed(model.restricted(keep), regret[keep])


def _first(model: Model, regret: FloatArray) -> LongArray:
    """Return ``(n_atoms,)``: where each atom's first candidate without regret stands."""
    without = np.flatnonzero(regret <= 0)
    row = np.searchsorted(model.start, without, side="right") - 1
    result = model.start[:-1].copy()
    result[row[::-1]] = without[::-1]
    return result


def _within(model: Model, regret: FloatArray) -> FloatArray:
    """Return ``(n_atoms,)``: the regret of each atom's last candidate that is looked at."""
    most = np.full(model.n_atoms, np.inf)
    width = np.diff(model.start)
    for n in np.unique(width[width > RANKS]):
        rows = np.flatnonzero(width == n)
        table = regret[model.start[rows][:, None] + np.arange(n)]
        most[rows] = np.partition(table, RANKS, axis=1)[:, RANKS]
    return most


def _listed(model: Model, regret: FloatArray) -> Ties:
    """Return the ties of a model that has no other candidates, with the pairs they make."""
    width = np.diff(model.start)
    free = np.flatnonzero(width > 1)
    low, high = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for n in np.unique(width[free]):
        one, two = np.triu_indices(n, 1)
        at = model.start[free[width[free] == n]]
        low.append((at[:, None] + one).ravel())
        high.append((at[:, None] + two).ravel())
    at = np.column_stack([np.concatenate(low), np.concatenate(high)])
    k = model.n_territories
    key = model.territory[at[:, 0]].astype(np.int64) * k + model.territory[at[:, 1]]
    order = np.lexsort((at[:, 0], key))
    at, key = at[order], key[order]
    unique, count = np.unique(key, return_counts=True)
    first_pair = np.searchsorted(unique // k, np.arange(k + 1)).astype(np.int64)
    pair_start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    atom = np.searchsorted(model.start, at[:, 0], side="right") - 1
    return Ties(
        start=model.start,
        territory=model.territory,
        regret=regret,
        moved=model.moved,
        free=free.astype(np.int32),
        first_pair=first_pair,
        other=(unique % k).astype(np.int32),
        pair_start=pair_start,
        pair_atom=atom.astype(np.int32),
        pair_at=np.ascontiguousarray(at),
    )
