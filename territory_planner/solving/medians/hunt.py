"""`Hunt`: annealing from many starts, the best assignment so far, and how often it was met.

How long a chain runs depends on the size alone; the clock only makes it cool faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.problem import NONE
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.chains import run_chains
from territory_planner.solving.medians.model import MedianModel
from territory_planner.solving.medians.shifts import CENTERS, anneal
from territory_planner.solving.progress import Search

PROPOSALS = 20_000
"""Per unit, of a chain of one hundred units; longer ones for more of them grow by the root."""

MANNERS = ((1.0, 0.03), (1.0, 0.3), (0.3, 0.1))
"""First temperature in mean costs of a unit, and first price of leaving a band by all of its target
in costs of the whole plan: in turn, for none suits wide and narrow bands alike."""

GUIDED = 0.3
"""Of a chain that begins from centers which the prices of the bound opened."""

REHEAT = 0.15
"""First temperature of a chain that begins from the best plan known."""

LONGER_AFTER = 40
"""Chains after which they are twice as long, then thrice, and so on."""

COLD = 1e-4
"""Last temperature in mean costs of a unit."""

STIFFEN = 30.0
BLOCKS = 20
SAME = 1e-9
TIME_SHARE = 0.3
"""Of the time that is left, what one chain may take."""


@dataclass(frozen=True, eq=False)
class _Job:
    """What one chain is to do, and whether it begins from the best plan."""

    of: IntArray
    heat: float
    price: float
    length: int
    is_reheated: bool


class Hunt:
    """The annealing of one solve.

    Parameters
    ----------
    starts
        Assignments to begin from, the best first.
    """

    def __init__(
        self,
        model: MedianModel,
        starts: Sequence[IntArray],
        search: Search,
        rng: np.random.Generator,
    ) -> None:
        self.model = model
        self.best, self.value = starts[0], np.inf
        self.times_met = 0
        self.chains = 0
        self._next: list[IntArray] = []
        self._starts, self._search, self._rng = starts, search, rng
        self.typical = float(np.mean([model.value(of) for of in starts])) or 1.0
        for of in starts:
            self.take(of)

    def take(self, of: IntArray) -> float:
        """Keep an assignment if it is the best so far; return its value, infinite if no plan."""
        model = self.model
        if model.violation(of) > FEASIBLE or not model.is_whole(of):
            return np.inf
        value = model.value(of)
        if value < self.value * (1 - SAME):
            self.best, self.value, self.times_met = of.copy(), value, 0
            self._search.improved(value, "annealing")
        return value

    def add(self, starts: Sequence[IntArray]) -> None:
        """Let the next chains begin from further assignments."""
        self._next += starts

    @property
    def has_starts(self) -> bool:
        """Whether further assignments wait to be begun from."""
        return bool(self._next)

    def run(self) -> None:
        """Run one chain for each worker."""
        count = self._search.options.workers
        jobs = [self._job(self.chains + w) for w in range(count)]
        ends = run_chains(self._chain, jobs, self._search, self._rng)
        self.chains += count
        for job, of in zip(jobs, ends, strict=True):
            value = self.take(of)
            if not job.is_reheated and np.isfinite(value):
                self.times_met += value <= self.value * (1 + SAME)

    def _job(self, number: int) -> _Job:
        """Return what the next chain is to do."""
        heat, price = MANNERS[number % len(MANNERS)]
        length = 1 + number // LONGER_AFTER
        if self._next:
            return _Job(self._next.pop(0), GUIDED, price, length, False)
        if number >= len(self._starts) and number % 2 and np.isfinite(self.value):
            return _Job(self.best, REHEAT, price, length, True)
        return _Job(self._starts[number % len(self._starts)], heat, price, length, False)

    def _chain(self, job: _Job, rng: np.random.Generator) -> IntArray:
        """Return the best assignment of one chain, or its last."""
        model, n = self.model, self.model.n_units
        if np.isfinite(self.value):
            self.typical = self.value
        of = job.of.astype(np.int32)
        best, best_value = of.copy(), np.inf
        top = np.full((model.n_territories, CENTERS), NONE, dtype=np.int32)
        penalty = np.full((model.n_territories, model.activity.shape[1]), job.price * self.typical)
        sweeps = max(1, int(job.length * PROPOSALS / np.sqrt(max(n, 100) / 100)) // BLOCKS)
        unit = self.typical / n
        ratio = (COLD / job.heat) ** (1 / BLOCKS)
        hot = job.heat * unit
        began, allowed = self._search.seconds, TIME_SHARE * self._search.seconds_left()
        found = best.copy()
        for block in range(BLOCKS):
            value = anneal(
                of, top, model.cost, model.activity, model.lower, model.upper, model.target,
                model.next_start, model.next_unit, model.is_contiguous, penalty, sweeps, hot,
                hot * ratio, STIFFEN ** (1 / BLOCKS), rng, found,
            )  # fmt: skip
            if value < best_value:
                best[:], best_value = found, value
            hot *= ratio
            if self._search.is_over():
                break
            spent = self._search.seconds - began
            ahead = spent / (block + 1) * (BLOCKS - block - 1)
            if ahead > max(allowed - spent, 0.0):
                sweeps = max(1, int(sweeps * max(allowed - spent, 0.0) / ahead))
        return best if np.isfinite(best_value) else of
