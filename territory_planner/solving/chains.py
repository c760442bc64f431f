"""Chains: independent searches side by side, one in each thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from territory_planner.solving.progress import Search

Job = TypeVar("Job")
End = TypeVar("End")


def run_chains(
    run: Callable[[Job, np.random.Generator], End],
    jobs: Sequence[Job],
    search: Search,
    rng: np.random.Generator,
) -> list[End]:
    """Return where each job's chain ends, in their order; an interrupt ends them all.

    Parameters
    ----------
    run
        Called with each job and a random generator of its own.
    """
    with ThreadPoolExecutor(len(jobs)) as pool:
        try:
            return list(pool.map(run, jobs, rng.spawn(len(jobs))))
        except KeyboardInterrupt:
            search.stop()
            raise
