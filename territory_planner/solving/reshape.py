"""Rounds of annealing that give territories their shape: small diameters, few cut edges.

Each round runs one chain a worker from the best plan so far, hot enough to melt its borders in
every other round. A diameter is lowered by a limit that each round sets a little below the best
(16). How long a chain runs depends on the size alone, so that a seed gives the same plan wherever
the clock does not cut a round short.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.solving.anneal import FEASIBLE
from territory_planner.solving.chains import run_chains
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.shape import Shape
from territory_planner.solving.shape_moves import anneal_shape

PROPOSALS_PER_ATOM = 8000
PROPOSALS_LEAST, PROPOSALS_MOST = 4_000_000, 80_000_000
BLOCKS = 100
MEND_BLOCKS = 60
"""Stretches at the last temperature in which bands that were not reached are held ever firmer."""

ROUNDS = 200
PATIENCE = 40
"""Rounds without a better plan after which the search is done."""

MANNERS = (
    (1.0, 0.5, 1.05),
    (0.5, 0.5, 1.0),
    (1.0, 2.0, 1.0),
    (0.5, 2.0, 1.05),
    (0.35, 6.0, 1.0),
)
"""How rounds differ in turn: heat as a share of the first temperature; what an atom of mean size
beyond a limit costs, in first temperatures; growth of that with each stretch that ends beyond it.
No one manner is good everywhere: loose ones move borders far, firm ones find narrow passages."""

FIRMER = 1.05
"""Growth of a penalty with each mending stretch that ends with its limit broken."""

EXCESS = 100.0
"""First temperatures that one pair as far apart as twice the limit costs."""

CUT_HOT, CUT_COLD = 6.0, 0.2
"""First and last temperature in worths of a cut edge."""

COST_HOT, COST_COLD = 3.0, 0.009
"""First and last temperature in mean costs of an atom."""

PURE_HOT, PURE_COLD = 1.0, 0.03
"""The same where only a diameter counts: any number will do, penalties are in proportion."""

FIRST_AIM = 1.25
"""First limit on a diameter, in lower bounds; and how much wider each next one is, until a plan is
found."""

STEPS = (0.02, 0.01, 0.005, 0.002)
"""Shares of the best diameter by which the next round aims below it, after failures the next."""

MIXED_STEPS = (0.1, 0.05, 0.02, 0.01)
"""The same where a smaller diameter has a price in other terms."""

LOWERED = 0.003
"""Share by which a limit falls within a chain each time it is reached."""


class Measure(Protocol):
    """What a plan is worth, told by the evaluation."""

    def value(self, of: IntArray) -> float:
        """Return the objective in km of an assignment of atoms; infinite when a limit is broken."""
        ...

    def diameter(self, of: IntArray) -> float:
        """Return the largest diameter of all territories in km."""
        ...


@dataclass(frozen=True, eq=False)
class _Round:
    """How one round of chains goes about it."""

    hot: float
    cold: float
    firm: float
    firmer: float
    limit: float
    step: float


def reshape(
    model: Model,
    shape: Shape,
    start: IntArray,
    measure: Measure,
    floor_km: float,
    search: Search,
    rng: np.random.Generator,
) -> Outcome:
    """Return the best assignment that rounds of annealing find.

    Parameters
    ----------
    start
        ``(n_atoms,)`` territories; each on the map in one piece.
    floor_km
        A lower bound on the largest diameter.
    """
    best = Outcome(start.astype(np.int32), measure.value(start))
    if np.isfinite(best.value):
        search.improved(best.value, "start")
    if model.n_territories == 1 or not (np.diff(model.start) > 1).any():
        return best
    hot, cold, is_pure = _heat(model, shape, start)
    seeks_diameter = shape.wishes.diameter > 0
    origin, stale, failures = best.of, 0, 0
    for r in range(ROUNDS):
        if search.is_over() or search.has_closed() or stale > PATIENCE:
            break
        limit = np.inf
        if seeks_diameter and is_pure and not np.isfinite(best.value):
            base = floor_km if floor_km > 0 else measure.diameter(start)
            limit = base * FIRST_AIM ** (2 * failures + (floor_km > 0))
        elif seeks_diameter and (is_pure or r > 0):
            steps = STEPS if is_pure else MIXED_STEPS
            limit = measure.diameter(origin) * (1 - steps[failures % len(steps)])
        heat, firm, firmer = MANNERS[r % len(MANNERS)]
        plan = _Round(
            hot=max(heat * hot, cold),
            cold=cold,
            firm=firm,
            firmer=firmer,
            limit=limit if limit > 0 else np.inf,
            step=LOWERED if seeks_diameter and is_pure else 0.0,
        )
        found = _best_of_chains(model, shape, origin, measure, plan, search, rng)
        if found.value < best.value * (1 - FEASIBLE):
            best, stale, failures = found, 0, 0
            search.improved(best.value, "annealing")
        else:
            stale, failures = stale + 1, failures + 1
        origin = best.of if np.isfinite(best.value) else found.of
    return best if np.isfinite(best.value) else Outcome(origin, np.inf)


def _heat(model: Model, shape: Shape, start: IntArray) -> tuple[float, float, bool]:
    """Return the first and last temperature in km, and whether only a diameter counts."""
    mean = float(np.abs(model.cost[model.position(start)]).mean()) if len(model.cost) else 0.0
    mean = max(mean, float(model.cost.mean()) / model.n_territories)
    mean += float((model.slope * model.target).sum()) / model.n_atoms
    spans = [(COST_HOT * mean, COST_COLD * mean)] if mean > 0 else []
    if border := shape.wishes.border:
        spans.append((CUT_HOT * border, CUT_COLD * border))
    if not spans:
        return PURE_HOT, PURE_COLD, True
    return max(hot for hot, _ in spans), min(cold for _, cold in spans), False


def _best_of_chains(
    model: Model,
    shape: Shape,
    origin: IntArray,
    measure: Measure,
    plan: _Round,
    search: Search,
    rng: np.random.Generator,
) -> Outcome:
    run = partial(_chain, model, shape, measure, plan, search)
    ends = run_chains(run, [origin] * search.options.workers, search, rng)
    return min(ends, key=lambda end: (end.value, model.violation(end.of)))


def _chain(
    model: Model,
    shape: Shape,
    measure: Measure,
    plan: _Round,
    search: Search,
    origin: IntArray,
    rng: np.random.Generator,
) -> Outcome:
    """Return the best of one annealing; the last assignment when none was inside every limit."""
    of, best, value = origin.astype(np.int32), origin.astype(np.int32), np.inf
    per_territory = model.n_atoms / model.n_territories
    penalty: FloatArray = np.full(model.target.shape, plan.firm * plan.hot * per_territory)
    toll: FloatArray = np.full(len(model.budget), plan.firm * plan.hot * model.n_atoms)
    n_proposals = np.clip(PROPOSALS_PER_ATOM * model.n_atoms, PROPOSALS_LEAST, PROPOSALS_MOST)
    block = int(n_proposals) // BLOCKS
    ground, free = shape.ground(model), np.diff(model.start) > 1
    excess = EXCESS * plan.hot / plan.limit
    limit, ratio = plan.limit, (plan.cold / plan.hot) ** (1 / BLOCKS)
    for b in range(BLOCKS + MEND_BLOCKS):
        is_mending = b >= BLOCKS
        if search.is_over() or (is_mending and np.isfinite(value)):
            break
        hot = plan.hot * ratio ** min(b, BLOCKS - 1)
        value, limit = anneal_shape(
            of, ground, shape.wishes, free, penalty, toll, limit, excess, plan.step,
            block // 4 if is_mending else block, hot, hot * ratio, rng, best, value,
        )  # fmt: skip
        _harden(model, of, penalty, toll, FIRMER if is_mending else plan.firmer)
    end = best if np.isfinite(value) else of
    return Outcome(end, measure.value(end) if np.isfinite(value) else np.inf)


def _harden(
    model: Model, of: IntArray, penalty: FloatArray, toll: FloatArray, growth: float
) -> None:
    """Let the price of each limit that is broken grow."""
    if growth == 1.0:
        return
    totals = model.totals(of)
    scale = FEASIBLE * np.where(model.target > 0, model.target, 1.0)
    penalty[(totals < model.lower - scale) | (totals > model.upper + scale)] *= growth
    if len(toll):
        moved = model.moved[model.position(of)].sum(axis=0)
        toll[moved > model.budget + FEASIBLE] *= growth
