"""`Proof`: what is known of plans better than the best: a bound, and which pairs they may use."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.solving.medians.bound import Dual, climb, possible
from territory_planner.solving.medians.hunt import Hunt
from territory_planner.solving.medians.model import MedianModel
from territory_planner.solving.medians.program import Program, reachable
from territory_planner.solving.progress import Search

PAIRS = 60_000
"""Pairs up to which the exact program is tried."""

EFFORT = 2000.0
"""Of one program, in CP-SAT's deterministic time."""

BETTER = 1e-6
"""Share of the objective by which a plan must be better to count."""

FIXINGS = 2
"""How often prices are sought again once pairs are ruled out."""


class Proof:
    """The bound on all plans, and the pairs that better ones may use.

    Parameters
    ----------
    bound
        Lower bound on the objective of every plan in km; infinite when there is none.
    may
        ``(n, n)`` the pairs (center, unit) of plans better than the hunt's best.
    """

    def __init__(self, model: MedianModel, hunt: Hunt, search: Search) -> None:
        self.bound = 0.0
        self.may: BoolArray | None = None
        self._model, self._hunt, self._search = model, hunt, search
        self._dual: Dual | None = None
        self._tried = np.inf

    @property
    def ceiling(self) -> float:
        """What plans must cost less than to count, in km."""
        if np.isfinite(self._hunt.value):
            return self._hunt.value * (1 - BETTER)
        return float(self._model.cost.max(axis=0).sum())

    @property
    def centers(self) -> tuple[IntArray, ...]:
        """Return sets of centers that good prices opened, the best first."""
        found = () if self._dual is None else self._dual.centers
        return tuple(centers for centers in found if (centers != NONE).all())

    @property
    def is_closed(self) -> bool:
        """Whether it is proven that no plan is better than the best, or that there is none."""
        return self.bound >= self.ceiling

    def climb(self, seconds: float) -> None:
        """Seek prices, rule pairs out, and seek better ones for what is left."""
        goal = self._hunt.value if np.isfinite(self._hunt.value) else self._hunt.typical
        for _ in range(FIXINGS):
            price = None if self._dual is None else self._dual.price
            dual = climb(self._model, self.may, goal, self._search, seconds / FIXINGS, price)
            self._dual = dual
            self._raise(dual.bound)
            if self.is_closed or self._search.is_over():
                break
            before = None if self.may is None else int(self.may.sum())
            self.narrow()
            if self.may is not None and before == int(self.may.sum()):
                break

    def narrow(self) -> None:
        """Rule out the pairs that no plan better than the best may have (26), (4)."""
        if self._dual is None:
            return
        may = possible(self._model, self._dual, self.ceiling, self.may)
        self.may = reachable(self._model, may)

    def settle(self, effort: float = EFFORT) -> None:
        """Let the exact program look for better plans, or prove that there are none."""
        while not (self.is_closed or self._search.is_over()) and self._tried != self.ceiling:
            if self.may is None or self.may.sum() > PAIRS:
                return
            self._tried = self.ceiling
            program = Program(self._model, self.may, self.ceiling)
            answer = program.solve(self._search, effort, self._hunt.take)
            self._raise(answer.bound)
            if self.ceiling < self._tried:
                self.narrow()

    def _raise(self, bound: float) -> None:
        """Keep a bound on the plans better than the best: others cost at least the ceiling."""
        if bound >= self.ceiling and not np.isfinite(self._hunt.value):
            self.bound = np.inf
            return
        self.bound = max(self.bound, min(bound, self.ceiling))
        if np.isfinite(self.bound):
            self._search.improved_bound(self.bound, "prices of units")
