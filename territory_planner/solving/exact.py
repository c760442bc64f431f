"""The exact model for small problems: CP-SAT on (0)-(5), contiguity by cuts as they are violated.

Activities and costs become integers. Limits are rounded outwards, so that a proof of the integer
program is a proof of the real one; whatever it finds is measured again in real numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.problem import NONE
from territory_planner.domain.steps import common_step
from territory_planner.solving.heard import heard
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search

EXACT_CANDIDATES = 2500
"""Candidates up to which the exact model is tried after the search."""

GRAIN = 10**8
"""Integers per target."""

FINE = 10**11
"""Integers per mean cost of a territory."""

STEP = 1000
"""Grains in which being off target is counted."""
CUT_ROUNDS = 200
EFFORT = 4.0
"""Of all rounds together, in CP-SAT's deterministic time, of the order of a second: the clock alone
would end one worker's search at another place each time."""


@dataclass(frozen=True, eq=False)
class Proof:
    """What the exact model found.

    Parameters
    ----------
    outcome
        The best assignment known, from before or better.
    bound
        Lower bound on the objective in km; 0 when none was proven.
    is_infeasible
        Whether it is proven that no assignment holds the limits.
    """

    outcome: Outcome
    bound: float = 0.0
    is_infeasible: bool = False


def is_small(model: Model) -> bool:
    """Return whether the exact model is worth trying."""
    return len(model.cost) <= EXACT_CANDIDATES and model.elsewhere is None


def exact(
    model: Model, known: Outcome, search: Search, effort: float = EFFORT, inwards: bool = False
) -> Proof:
    """Return the best assignment and bound that CP-SAT reaches in the time that is left.

    Parameters
    ----------
    effort
        Of all rounds together.
    inwards
        Whether limits are rounded inwards, where a plan is wanted rather than a proof.
    """
    program = _Program(model, known, effort, inwards)
    proof = Proof(known)
    for _ in range(CUT_ROUNDS):
        if search.is_over() or program.effort >= effort:
            break
        status, of, bound = program.solve(search)
        if status == "infeasible":
            return Proof(proof.outcome, proof.bound, not np.isfinite(proof.outcome.value))
        proof = Proof(proof.outcome, max(proof.bound, bound))
        search.improved_bound(proof.bound, "exact model")
        if of is None:
            break
        if not program.cut(of):
            value = model.value(of)
            if model.violation(of) <= 1e-9 and value < proof.outcome.value:
                proof = Proof(Outcome(of, value), proof.bound)
                search.improved(value, "exact model")
            break
    return proof


class _Program:
    """The integer program, growing by the contiguity cuts it is given."""

    def __init__(self, model: Model, known: Outcome, most: float, inwards: bool) -> None:
        from ortools.sat.python import cp_model

        self.effort, self._most = 0.0, most
        self._rounding = -model.n_atoms if inwards else model.n_atoms
        self._model = model
        self._cp = cp_model
        self._program = cp_model.CpModel()
        self._take = [self._program.new_bool_var("") for _ in model.cost]
        size = float(model.cost.sum()) / max(model.n_territories, 1)
        size += float((model.slope * model.target).sum())
        # Costs that are all multiples of one are whole numbers of it, and their bound is as well.
        step = 0.0 if model.slope.any() else common_step(model.cost)
        self._km = 1 / step if step else FINE / (size or 1.0)
        self._off = 0 if step else model.n_atoms
        self._each_atom_has_one_territory()
        deviations = self._every_total_is_in_its_band()
        self._budgets_hold()
        costs = [round(float(c) * self._km) for c in model.cost]
        self._program.minimize(
            sum(t * c for t, c in zip(self._take, costs, strict=True)) + sum(deviations)
        )
        chosen = set(model.position(known.of).tolist())
        for j, variable in enumerate(self._take):
            self._program.add_hint(variable, j in chosen)

    def _each_atom_has_one_territory(self) -> None:
        """Equation (1)."""
        start = self._model.start
        for a in range(self._model.n_atoms):
            self._program.add_exactly_one(self._take[start[a] : start[a + 1]])

    def _every_total_is_in_its_band(self) -> list[Any]:
        """Equation (2); returns the terms of the objective for being off target."""
        model, terms = self._model, []
        row = model.row_of_candidate
        slack = self._rounding
        for k in range(model.n_territories):
            mine = np.flatnonzero(model.territory == k)
            for b in range(model.target.shape[1]):
                target = float(model.target[k, b])
                carried = float(model.activity[:, b].sum())
                grain = GRAIN / max(target, 1e-6 * carried, 1e-300)
                total = sum(
                    self._take[j] * round(float(model.activity[row[j], b]) * grain) for j in mine
                )
                low = int(np.floor(model.lower[k, b] * grain)) - slack
                high = int(np.ceil(model.upper[k, b] * grain)) + slack
                self._program.add(total >= low)
                self._program.add(total <= high)
                price = float(model.slope[k, b]) / grain * self._km
                if price > 0:
                    widest = round((carried + target) * grain) + abs(slack)
                    off = self._program.new_int_var(0, widest, "")
                    middle = round(target * grain)
                    self._program.add(total - middle <= off)
                    self._program.add(middle - total <= off)
                    # A price per grain would be a small integer: count the deviation in steps.
                    steps = self._program.new_int_var(0, widest // STEP + 1, "")
                    self._program.add(off <= steps * STEP + STEP + abs(slack))
                    terms.append(steps * int(np.floor(price * STEP)))
        return terms

    def _budgets_hold(self) -> None:
        """Equation (3)."""
        model = self._model
        for d, budget in enumerate(model.budget):
            moved = sum(
                t * int(np.floor(float(m) * GRAIN))
                for t, m in zip(self._take, model.moved[:, d], strict=True)
            )
            self._program.add(moved <= int(np.ceil(budget * GRAIN)))

    def solve(self, search: Search) -> tuple[str, IntArray | None, float]:
        """Return the status, the assignment if there is one, and the bound in km."""
        solver = self._cp.CpSolver()
        solver.parameters.catch_sigint_signal = False
        solver.parameters.max_time_in_seconds = max(search.seconds_left(), 0.01)
        solver.parameters.max_deterministic_time = self._most - self.effort
        solver.parameters.num_workers = search.options.workers
        solver.parameters.random_seed = search.options.seed % 2**31
        solver.parameters.relative_gap_limit = search.options.relative_gap / 2
        status = heard(lambda: solver.solve(self._program), solver.stop_search, search)
        self.effort += solver.response_proto.deterministic_time
        if status == self._cp.INFEASIBLE:
            return "infeasible", None, 0.0
        # Each atom's rounded cost is off by half a grain at the most.
        bound = (solver.best_objective_bound - self._off) / self._km
        if status not in (self._cp.OPTIMAL, self._cp.FEASIBLE):
            return "unknown", None, max(bound, 0.0)
        chosen = [j for j, variable in enumerate(self._take) if solver.boolean_value(variable)]
        of = self._model.territory[np.array(chosen, dtype=np.int64)].astype(np.int32)
        return "solved", of, bound

    def cut(self, of: IntArray) -> bool:
        """Forbid the stray pieces of an assignment (4); return whether there were any.

        Pieces are of units, not atoms: a group's units share a territory and need not touch.
        """
        model = self._model
        if not model.on_map.any():
            return False
        piece, of_unit = model.pieces(of), of[model.atom_of]
        ends = np.concatenate([model.edges, model.edges[:, ::-1]])
        found = False
        for k in range(model.n_territories):
            parts = np.unique(piece[model.unit_on_map & (of_unit == k)])
            if len(parts) < 2:
                continue
            found = True
            where = model.position(np.full(model.n_atoms, k, dtype=np.int32))
            members = [np.flatnonzero(piece == part) for part in parts]
            main = max(members, key=lambda units: (len(units), -int(units[0])))
            anchor = self._take[int(where[model.atom_of[main[0]]])]
            for units in members:
                if units is main:
                    continue
                atoms = np.unique(model.atom_of[units])
                for ring in _rings(ends, units, main):
                    fence = np.unique(where[model.atom_of[ring]])
                    joined = [self._take[int(j)] for j in fence if j != NONE]
                    for a in atoms:
                        # An a,b-separator cut: a and the anchor in k need one of the ring in k.
                        mine = self._take[int(where[a])].negated()
                        self._program.add_bool_or([mine, anchor.negated(), *joined])
                    # The rings farther out say the same of them all.
                    atoms = atoms[:1]
        return found


def _rings(ends: IntArray, units: IntArray, main: IntArray) -> Iterator[IntArray]:
    """Yield the rings round a stray piece, from its neighbours out to those that touch the main.

    Each parts the piece from the main one's first unit.

    Parameters
    ----------
    ends
        ``(n, 2)`` edges between units, in both directions.
    """
    inside = units
    while True:
        ring = np.setdiff1d(ends[np.isin(ends[:, 0], inside), 1], inside)
        if main[0] in ring or not len(ring):
            if inside is units:
                yield ring
            return
        yield ring
        if np.isin(ring, main).any():
            return
        inside = np.concatenate([inside, ring])
