"""Units that share a territory, as one atom: its members, its candidates, what lies next to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.problem import NONE

LongArray = NDArray[np.int64]


def atoms(group: IntArray) -> tuple[IntArray, IntArray]:
    """Return the atom of each unit, in order of first appearance, and each atom's unit count."""
    n = len(group)
    key = np.where(group == NONE, np.arange(n), n + group.astype(np.int64))
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first))
    atom_of = rank[inverse]
    return atom_of, np.bincount(atom_of).astype(np.int32)


def merged(
    unit: IntArray,
    territory: IntArray,
    atom_of: IntArray,
    members: IntArray,
    n_territories: int,
    cost: FloatArray,
    moved: FloatArray,
) -> tuple[LongArray, IntArray, FloatArray, FloatArray]:
    """Return the atoms' candidates: territories that every unit of the atom may go to.

    Parameters
    ----------
    unit, territory, cost, moved
        Of each pair, by unit and then territory.
    atom_of, members
        The atom of each unit, and how many units each has.
    """
    key = atom_of[unit].astype(np.int64) * n_territories + territory
    order = np.argsort(key, kind="stable")
    unique, first, count = np.unique(key[order], return_index=True, return_counts=True)
    atom = (unique // n_territories).astype(np.int32)
    whole = count == members[atom]
    if len(unique):
        cost = np.add.reduceat(cost[order], first)
        moved = np.add.reduceat(moved[order], first, axis=0)
    start = np.zeros(len(members) + 1, dtype=np.int64)
    np.cumsum(np.bincount(atom[whole], minlength=len(members)), out=start[1:])
    territory = (unique[whole] % n_territories).astype(np.int32)
    return start, territory, cost[whole], np.ascontiguousarray(moved[whole])


def adjacent(one: IntArray, other: IntArray, n_atoms: int) -> tuple[LongArray, IntArray]:
    """Return a graph in CSR form, from its edges in both directions."""
    key = np.unique((one.astype(np.int64) * n_atoms + other)[one != other])
    start = np.zeros(n_atoms + 1, dtype=np.int64)
    np.cumsum(np.bincount(key // n_atoms, minlength=n_atoms), out=start[1:])
    return start, (key % n_atoms).astype(np.int32)
