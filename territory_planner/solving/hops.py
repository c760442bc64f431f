"""`steps_from`: how many steps lead from some atoms to all others."""

from __future__ import annotations

import numpy as np
from numba import njit

from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.solving.land import Ints
from territory_planner.solving.model import Model


def steps_from(model: Model, sources: IntArray, through: BoolArray) -> IntArray:
    """Return ``(n_atoms,)``: steps from the nearest source; ``n_atoms`` where no way leads.

    Parameters
    ----------
    sources
        Atoms.
    through
        ``(n_atoms,)`` those that a way may lead through; it may end at any.
    """
    steps: IntArray = _steps(model.next_start, model.next_atom, sources, through)
    return steps


@njit(cache=True, nogil=True)
def _steps(next_start: Ints, next_atom: Ints, sources: Ints, through: Ints) -> Ints:
    """Search breadth first; parameters as above."""
    n, last = len(through), len(sources)
    steps = np.full(n, n, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    for i in range(last):
        queue[i] = sources[i]
        steps[sources[i]] = 0
    first = 0
    while first < last:
        a = queue[first]
        first += 1
        if not through[a]:
            continue
        for e in range(next_start[a], next_start[a + 1]):
            other = next_atom[e]
            if steps[other] == n:
                steps[other] = steps[a] + 1
                queue[last] = other
                last += 1
    return steps
