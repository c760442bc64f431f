"""Compiled look-ups in candidate lists: where a territory stands, and which candidate is least."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[Any]


@njit(cache=True, nogil=True)
def ordered(start: Ints, value: Floats) -> Ints:
    """Return ``(n_candidates,)``: the each atom's candidates, that of the least value first."""
    result = np.empty(len(value), dtype=np.int32)
    for a in range(len(start) - 1):
        first, last = start[a], start[a + 1]
        result[first:last] = first + np.argsort(value[first:last], kind="mergesort")
    return result


@njit(cache=True, nogil=True)
def find(start: Ints, territory: Ints, a: int, k: int) -> int:
    """Return the position of territory k among the candidates of atom a; -1 when it is none."""
    low, high = start[a], start[a + 1]
    if 0 <= k < high - low and territory[low + k] == k:
        return int(low + k)
    last = high
    while low < high:
        middle = (low + high) // 2
        if territory[middle] < k:
            low = middle + 1
        else:
            high = middle
    return int(low) if low < last and territory[low] == k else -1


@njit(cache=True, nogil=True)
def positions(start: Ints, territory: Ints, of: Ints) -> Ints:
    """Return ``(n_atoms,)``: the position of each atom's territory as `find` tells it."""
    result = np.empty(len(of), dtype=np.int64)
    for a in range(len(of)):
        result[a] = find(start, territory, a, of[a])
    return result
