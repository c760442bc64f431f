"""Column generation over whole territories: the bound of (11) with contiguity and whole units inside.

Each center's territory is its best whole one instead of the relaxed one of `bound`, and a linear
program over all territories met so far finds the next prices (18). Pricing after Ceselli & Righini
(2005), doi 10.1002/net.20059, here for contiguous territories.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.solving.medians import knapsack
from territory_planner.solving.medians.bound import Dual, bound_of
from territory_planner.solving.medians.model import MedianModel
from territory_planner.solving.medians.territory import GAVE_UP, territories
from territory_planner.solving.progress import Search

PROGRAMS = 100
MOST_NODES = 20_000
"""Partial territories after which the best one of a center is not looked for any longer."""

GIVE_UP_SHARE = 0.5
"""Of the territories looked for at first, how many may be out of reach."""

NEAR_ENOUGH = 1e-5
BOX = 0.1
"""How far from the best prices the program may go at first, in mean prices."""

WIDER = 1.5
NARROWER = 0.5


@dataclass(eq=False)
class Pool:
    """The whole territories met so far.

    Parameters
    ----------
    units, center, cost
        The ``(n,)`` units of each, the center it was met with, and its cost from there in km.
    """

    model: MedianModel
    units: list[BoolArray] = field(default_factory=list)
    center: list[int] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    _known: set[tuple[int, bytes]] = field(default_factory=set)

    def add(self, units: BoolArray, center: int) -> None:
        """Add a territory, unless it is known."""
        key = center, np.packbits(units).tobytes()
        if key in self._known:
            return
        self._known.add(key)
        self.units.append(units.copy())
        self.center.append(center)
        self.cost.append(float(self.model.cost[center, units].sum()))

    def add_plan(self, of: IntArray) -> None:
        """Add the territories of a plan."""
        for k, center in enumerate(self.model.centers(of).tolist()):
            if center >= 0:
                self.add(of == k, center)

    def within(self, may: BoolArray) -> IntArray:
        """Return which territories consist of pairs (center, unit) that may be."""
        inside = np.array(self.units).reshape(-1, self.model.n_units)
        found: IntArray = np.flatnonzero(~(inside & ~may[self.center]).any(axis=1))
        return found


@dataclass(frozen=True, eq=False)
class Raised:
    """A bound over whole territories.

    Parameters
    ----------
    dual
        The best prices, with the worths of whole territories.
    is_complete
        Whether the bound is that of the linear program over all whole territories.
    share
        ``(n, n)`` which part of each unit goes to each center, as the last program had it.
    """

    dual: Dual
    is_complete: bool
    share: FloatArray


class Generation:
    """Prices and territories, getting better together."""

    def __init__(self, model: MedianModel, pool: Pool) -> None:
        n = model.n_units
        self.pool = pool
        self._model = model
        self._near = np.tile(np.arange(n, dtype=np.int32), (n, 1))
        self._near[:, 0] = np.arange(n)
        self._near[np.arange(1, n), np.arange(1, n)] = 0
        self._near_cost = np.take_along_axis(model.cost, self._near, axis=1)

    def raised(self, may: BoolArray, dual: Dual, goal: float, search: Search) -> Raised:
        """Return the bound over whole territories of the pairs that may be, from given prices.

        New prices stay near the best ones: far from them territories are too many to search.

        Parameters
        ----------
        goal
            The value of the plan to be beaten: a higher bound is not asked for.
        """
        best, given_up = self._priced(may, dual.price, dual.charge)
        best = best if best.bound >= dual.bound else dual
        share = np.zeros(may.shape)
        if given_up > GIVE_UP_SHARE * may.diagonal().sum():
            return Raised(best, False, share)
        box = BOX * float(np.abs(dual.price).mean())
        for _ in range(PROGRAMS):
            if best.bound >= goal or search.is_over():
                break
            solved = self._program(may, best.price, box, goal, search)
            if solved is None:
                break
            value, price, share = solved
            if value <= best.bound + NEAR_ENOUGH * abs(best.bound):
                return Raised(best, given_up == 0, share)
            found, given_up = self._priced(may, price, best.charge)
            gain = found.bound - best.bound
            if gain > 0:
                box *= WIDER if gain > 0.5 * (value - best.bound) else 1.0
                best = found
            else:
                box *= NARROWER
        return Raised(best, False, share)

    def _priced(self, may: BoolArray, price: FloatArray, charge: FloatArray) -> tuple[Dual, int]:
        """Return the dual at given prices, and for how many centers the search was given up."""
        model, given_up = self._model, 0
        worth, charge = np.full(model.n_units, np.inf), charge.copy()
        share, found = np.empty(model.n_units), np.zeros((1, model.n_units), dtype=np.bool_)
        for j in np.flatnonzero(may.diagonal()).tolist():
            relaxed = knapsack.territory_value(
                j, self._near, self._near_cost, price, model.activity, model.lower, model.upper,
                charge, share,
            )  # fmt: skip
            if not np.isfinite(relaxed):
                continue
            count, value, _ = territories(
                j, may[j], model.cost, price, charge[j], model.activity, model.lower,
                model.upper, model.next_start, model.next_unit, model.is_contiguous, np.inf, True,
                MOST_NODES, found,
            )  # fmt: skip
            if count == GAVE_UP:
                given_up += 1
            worth[j] = relaxed if count == GAVE_UP else value
            if count > 0:
                self.pool.add(found[0], j)
        return Dual(price, charge, worth, bound_of(model, price, worth)), given_up

    def _program(
        self, may: BoolArray, middle: FloatArray, box: float, goal: float, search: Search
    ) -> tuple[float, FloatArray, FloatArray] | None:
        """Return value, prices and shares of the program (18) over the pool, prices in a box."""
        from ortools.linear_solver.python import model_builder_helper
        from scipy.sparse import csc_matrix, eye, hstack, vstack

        n, column = self._model.n_units, self.pool.within(may)
        m = len(column)
        units = np.array([self.pool.units[c] for c in column], dtype=np.float64).reshape(m, n)
        rows = vstack([csc_matrix(units.T), np.ones((1, m))])
        matrix = hstack([rows, eye(n + 1), -eye(n + 1)]).tocsr()
        closed = 0.0 if self._model.may_be_empty else goal
        own = np.array(self.pool.cost)[column]
        cost = np.concatenate([own, middle + box, [closed], box - middle, [goal]])
        wanted = np.append(np.ones(n), self._model.n_territories)
        width = m + 2 * (n + 1)
        helper = model_builder_helper.ModelBuilderHelper()
        helper.fill_model_from_sparse_data(
            np.zeros(width), np.full(width, np.inf), cost, wanted, wanted, matrix
        )  # type: ignore[arg-type]
        solver = model_builder_helper.ModelSolverHelper("glop")
        solver.set_time_limit_in_seconds(max(search.seconds_left(), 0.1))
        solver.solve(helper)
        if solver.status() != model_builder_helper.SolveStatus.OPTIMAL:
            return None
        share = np.zeros((n, n))
        taken = np.asarray(solver.variable_values())[:m]
        np.add.at(share, np.array(self.pool.center)[column], taken[:, None] * units)
        return float(solver.objective_value()), np.asarray(solver.dual_values())[:n], share

