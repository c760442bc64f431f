"""Compiled connectivity: what is cut off when one atom leaves its territory on the map.

All of the atom's neighbours in its territory are followed outwards at once, so that the answer is
near in both cases: either they meet again close by, or a small stray piece is soon exhausted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[Any]

WHOLE = 0
TORN = -1
NEIGHBOURS = 64
"""Neighbours in its own territory above which an atom is taken to hold it together."""


@njit(cache=True, nogil=True)
def _root(group_of: Ints, g: int) -> int:
    while group_of[g] != g:
        g = group_of[g]
    return g


@njit(cache=True, nogil=True)
def strays(
    a: int, of: Ints, next_start: Ints, next_atom: Ints,
    mark: Ints, label: Ints, queue: Ints, now: int, largest: int,
) -> int:  # fmt: skip
    """Return how many atoms are cut off from atom a's territory when a leaves it.

    Parameters
    ----------
    mark, label, queue
        ``(n_atoms + 1,)`` memory of the search; ``mark`` is below ``now`` wherever it has not been.
    largest
        Atoms that may be cut off.

    Returns
    -------
    int
        `WHOLE`; or the number of atoms in the one stray piece, which then stand first in
        ``queue``; or `TORN`: more or larger pieces, or a is the last of its territory.
    """
    home = of[a]
    mark[a] = now
    tail = 0
    for e in range(next_start[a], next_start[a + 1]):
        other = next_atom[e]
        if of[other] == home:
            if tail == NEIGHBOURS:
                return TORN
            mark[other] = now
            label[other] = tail
            queue[tail] = other
            tail += 1
    if tail <= 1:
        return WHOLE if tail == 1 else TORN
    group_of = np.arange(tail)
    waiting = np.ones(tail, dtype=np.int64)
    groups, head = tail, 0
    while head < tail:
        at = queue[head]
        head += 1
        g = _root(group_of, label[at])
        for e in range(next_start[at], next_start[at + 1]):
            other = next_atom[e]
            if of[other] != home or other == a:
                continue
            if mark[other] != now:
                mark[other] = now
                label[other] = g
                queue[tail] = other
                tail += 1
                waiting[g] += 1
                continue
            met = _root(group_of, label[other])
            if met != g:
                group_of[met] = g
                waiting[g] += waiting[met]
                groups -= 1
                if groups == 1:
                    return WHOLE
        waiting[g] -= 1
        if waiting[g] == 0:
            if groups > 2:
                return TORN
            return _gathered(g, group_of, label, queue, tail, largest)
    return WHOLE


@njit(cache=True, nogil=True)
def _gathered(g: int, group_of: Ints, label: Ints, queue: Ints, tail: int, largest: int) -> int:
    """Move the atoms of one group to the front of the queue; return how many, or `TORN`."""
    count = 0
    for i in range(tail):
        if _root(group_of, label[queue[i]]) == g:
            if count == largest:
                return TORN
            queue[count] = queue[i]
            count += 1
    return count
