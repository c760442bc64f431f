"""Blocks of atoms: a compiled kernel runs over each in a thread of its own.

Kernels release the interpreter's lock. With one worker there is one block, so that sums have one
order.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from territory_planner.domain.arrays import IntArray

Result = TypeVar("Result")

FEW = 100_000
"""Candidates up to which starting a thread costs more than it saves."""


def over_blocks(
    start: IntArray, workers: int, run: Callable[[int, int], Result], few: int = FEW
) -> list[Result]:
    """Return what a kernel says of each block of consecutive atoms, in their order.

    Parameters
    ----------
    start
        ``(n_atoms + 1,)`` where each atom's work begins: blocks carry about the same.
    run
        Called with the first atom of a block and the one after its last.
    few
        Work up to which all atoms are one block.
    """
    n, work = len(start) - 1, int(start[-1])
    if workers == 1 or work <= few:
        return [run(0, n)]
    inner = np.searchsorted(start, work * np.arange(1, workers) / workers)
    edges = [0, *np.minimum(inner, n).tolist(), n]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, edges[:-1], edges[1:]))
