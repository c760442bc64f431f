"""Compiled checks of what a shift may not break: bands (2), and territories in one piece (4)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[Any]


@njit(cache=True, nogil=True)
def stays_whole(
    a: int, of: Ints, next_start: Ints, next_atom: Ints, stamp: Ints, queue: Ints, now: int
) -> bool:
    """Return whether a's territory stays in one piece, and on the map, without atom a."""
    home = of[a]
    wanted, first = 0, -1
    for e in range(next_start[a], next_start[a + 1]):
        if of[next_atom[e]] == home:
            wanted += 1
            first = next_atom[e]
    if wanted <= 1:
        return wanted == 1
    # Marks: now for a neighbour still to be reached, now + 1 for an atom reached.
    for e in range(next_start[a], next_start[a + 1]):
        if of[next_atom[e]] == home:
            stamp[next_atom[e]] = now
    stamp[a] = now + 1
    stamp[first] = now + 1
    queue[0] = first
    wanted -= 1
    head, tail = 0, 1
    while head < tail:
        at = queue[head]
        head += 1
        for e in range(next_start[at], next_start[at + 1]):
            other = next_atom[e]
            if of[other] == home and stamp[other] != now + 1:
                if stamp[other] == now:
                    wanted -= 1
                    if wanted == 0:
                        return True
                stamp[other] = now + 1
                queue[tail] = other
                tail += 1
    return False


@njit(cache=True, nogil=True)
def strain(
    total: float, lower: float, upper: float, target: float, slope: float, penalty: float,
    inset: float,
) -> float:  # fmt: skip
    """Return what a total costs: being off target, and being near or beyond a limit."""
    value = slope * abs(total - target)
    scale = target if target > 0.0 else 1.0
    below, above = (lower - total) / scale, (total - upper) / scale
    # A band narrower than twice the inset keeps its middle free.
    inset = min(inset, 0.25 * (upper - lower) / scale)
    if below > -inset:
        value += penalty * (below + inset)
    elif above > -inset:
        value += penalty * (above + inset)
    return value
