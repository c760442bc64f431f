"""The exact program over centers and the units that may go to them, (20)-(23), for CP-SAT.

Costs and activities become integers, limits rounded outwards: a proof of the integer program is one
of the real one, and what it finds is measured again. Contiguity comes as cuts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.geography.adjacency import piece_labels
from territory_planner.solving.heard import heard
from territory_planner.solving.medians.model import MedianModel
from territory_planner.solving.medians.separators import fence, gateways, stray_pieces, within_reach
from territory_planner.solving.progress import Search

GRAIN = 10**8
"""Integers per upper limit, where activities are no small integers themselves."""

FINE = 10**9
"""Integers per value that is to be beaten."""

LARGEST_INTEGER = 2**40
ROUNDING = 1e-9


@dataclass(frozen=True)
class Answer:
    """What the program proved.

    Parameters
    ----------
    bound
        Lower bound in km on the objective of every plan, as far as it lies below the ceiling.
    effort
        CP-SAT's deterministic time that was spent.
    """

    bound: float
    effort: float


def reachable(model: MedianModel, may: BoolArray) -> BoolArray:
    """Return which pairs (center, unit) are left when paths must be in one territory too (4)."""
    if not model.is_contiguous:
        return may
    found = may.copy()
    for j in np.flatnonzero(may.diagonal()).tolist():
        found[j] &= within_reach(
            j, may[j], model.activity, model.upper, model.next_start, model.next_unit
        )
    return found & found.diagonal()[:, None]


class Program:
    """The integer program, growing by the contiguity cuts it is given.

    Parameters
    ----------
    may
        ``(n, n)`` which pairs (center, unit) it has to look at.
    ceiling
        Only plans of at most this value in km count.
    """

    def __init__(self, model: MedianModel, may: BoolArray, ceiling: float) -> None:
        from ortools.sat.python import cp_model

        self._cp = cp_model
        self._model = model
        self._may = may
        self._ceiling = ceiling
        self._program = cp_model.CpModel()
        self._center, self._unit = (part.astype(np.int32) for part in np.nonzero(may))
        self._take = [self._program.new_bool_var("") for _ in self._center]
        self._at = np.full(may.shape, NONE, dtype=np.int32)
        self._at[self._center, self._unit] = np.arange(len(self._take))
        self._centers = np.flatnonzero(may.diagonal())
        self._cuts: set[tuple[int, int, bytes]] = set()
        self._km = FINE / ceiling if ceiling > 0 else 1.0
        self._each_unit_has_one_center()
        self._territories_have_centers()
        for b in range(model.activity.shape[1]):
            self._every_total_is_in_its_band(b)
        if model.is_contiguous:
            self._units_are_joined_to_their_center()
        cost = np.rint(model.cost[self._center, self._unit] * self._km).astype(np.int64)
        total = self._cp.LinearExpr.weighted_sum(self._take, cost.tolist())
        self._program.minimize(total)
        self._program.add(total <= FINE + model.n_units)

    def _each_unit_has_one_center(self) -> None:
        """Equation (21)."""
        for i in range(self._model.n_units):
            self._program.add_exactly_one(
                self._take[e] for e in self._at[self._may[:, i], i].tolist()
            )

    def _territories_have_centers(self) -> None:
        """Equation (22): as many centers as territories; only a center has units."""
        own = self._at.diagonal()
        count = sum(self._take[own[j]] for j in self._centers.tolist())
        if self._model.may_be_empty:
            self._program.add(count <= self._model.n_territories)
        else:
            self._program.add(count == self._model.n_territories)
        for e, (j, i) in enumerate(zip(self._center.tolist(), self._unit.tolist(), strict=True)):
            if i != j:
                self._program.add_implication(self._take[e], self._take[own[j]])

    def _every_total_is_in_its_band(self, b: int) -> None:
        """Equation (23)."""
        model = self._model
        activity, low, high, grains = model.activity[:, b], model.lower[b], model.upper[b], 1.0
        slack = 0
        if (activity != np.rint(activity)).any() or activity.sum() > LARGEST_INTEGER:
            grains, slack = GRAIN / max(high, 1e-300), model.n_units
        load = np.rint(activity * grains).astype(np.int64)
        least = int(np.ceil(low * grains * (1 - ROUNDING))) - slack
        most = int(np.floor(high * grains * (1 + ROUNDING))) + slack
        big = activity > 0.5 * high * (1 + ROUNDING)
        for j in self._centers.tolist():
            units = np.flatnonzero(self._may[j])
            taken = [self._take[e] for e in self._at[j, units].tolist()]
            own = self._take[self._at[j, j]]
            total = self._cp.LinearExpr.weighted_sum(taken, load[units].tolist())
            if least > 0:
                self._program.add(total >= least * own)
            if load[units].sum() > most:
                self._program.add(total <= most * own)
            heavy = np.flatnonzero(self._may[j] & big)
            if len(heavy) > 1:
                # No two of them fit into one territory.
                self._program.add_at_most_one(
                    [self._take[e] for e in self._at[j, heavy].tolist() if e != self._at[j, j]]
                    + [own.negated()]
                )

    def _units_are_joined_to_their_center(self) -> None:
        """Equation (4), as far as it is cheap to say beforehand."""
        model = self._model
        for j in self._centers.tolist():
            may = self._may[j]
            gate = gateways(j, may, model.next_start, model.next_unit)
            for i in np.flatnonzero(may).tolist():
                near = model.next_unit[model.next_start[i] : model.next_start[i + 1]]
                if i == j or (near == j).any():
                    continue
                self._separate(i, j, near[may[near]])
                if gate[i] != NONE:
                    self._separate(i, j, gate[i : i + 1])

    def _separate(self, i: int, j: int, by: IntArray) -> bool:
        """Let unit i go to center j only with one of some units; return whether that is new."""
        key = (i, j, np.sort(by).astype(np.int32).tobytes())
        if key in self._cuts:
            return False
        self._cuts.add(key)
        joined = [self._take[e] for e in self._at[j, by].tolist()]
        self._program.add_bool_or([self._take[self._at[j, i]].negated(), *joined])
        return True

    def solve(self, search: Search, effort: float, take: Callable[[IntArray], float]) -> Answer:
        """Return what is left to be found below the ceiling, as far as the effort goes.

        Parameters
        ----------
        take
            Is given each assignment to territories that is met on the way.
        """
        spent, bound = 0.0, 0.0
        while spent < effort and not search.is_over():
            solver = self._cp.CpSolver()
            solver.parameters.catch_sigint_signal = False
            solver.parameters.max_time_in_seconds = max(search.seconds_left(), 0.01)
            solver.parameters.max_deterministic_time = effort - spent
            solver.parameters.num_workers = search.options.workers
            solver.parameters.random_seed = search.options.seed % 2**31
            # Locations are decided by costs, which only the linear relaxation sees.
            solver.parameters.linearization_level = 2
            status = self._solved(solver, search, take)
            spent += solver.response_proto.deterministic_time
            if status == self._cp.INFEASIBLE:
                return Answer(self._ceiling, spent)
            if np.isfinite(solver.best_objective_bound):
                # Each unit's rounded cost is off by half a grain at the most.
                least = (solver.best_objective_bound - self._model.n_units) / self._km
                bound = max(bound, least)
            if status not in (self._cp.OPTIMAL, self._cp.FEASIBLE):
                break
            of = self._assignment(solver.boolean_value)
            if not self._cut(of):
                take(numbered(of))
                break
        return Answer(bound, spent)

    def _solved(self, solver: Any, search: Search, take: Callable[[IntArray], float]) -> Any:
        """Return the status."""
        program = self

        class Met(self._cp.CpSolverSolutionCallback):  # type: ignore[misc, name-defined]
            def on_solution_callback(self) -> None:
                take(numbered(program._assignment(self.boolean_value)))

        met = Met()
        return heard(lambda: solver.solve(self._program, met), solver.stop_search, search)

    def _assignment(self, is_chosen: Callable[[Any], bool]) -> IntArray:
        """Return ``(n,)``: the center of each unit, as the solver has it."""
        chosen = [e for e, variable in enumerate(self._take) if is_chosen(variable)]
        of = np.empty(self._model.n_units, dtype=np.int32)
        of[self._unit[chosen]] = self._center[chosen]
        return of

    def _cut(self, of: IntArray) -> bool:
        """Forbid the stray pieces of an assignment to centers (4); return whether there were any.

        What fences a piece off from its own center fences it off from others too.
        """
        model = self._model
        if not model.is_contiguous:
            return False
        piece = piece_labels(
            model.n_units, model.edges[of[model.edges[:, 0]] == of[model.edges[:, 1]]]
        )
        found = False
        for units in stray_pieces(piece, of, np.arange(model.n_units)):
            stray = np.zeros(model.n_units, dtype=np.bool_)
            stray[units] = True
            for j in self._centers.tolist():
                if stray[j]:
                    continue
                may = self._may[j]
                by = np.flatnonzero(fence(stray, j, may, model.next_start, model.next_unit))
                if len(by) == 1 and by[0] == j:
                    continue
                for i in units[may[units]].tolist():
                    found |= self._separate(i, j, by)
        return found


def numbered(of: IntArray) -> IntArray:
    """Return an assignment to centers as one to territories, in order of their centers."""
    return np.unique(of, return_inverse=True)[1].astype(np.int32)
