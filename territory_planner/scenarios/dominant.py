"""The dominant reason of every move: one word, by rule, from the facts and the plan's prices.

A criterion that leaves no choice comes first (`required`, as in `reasons`). Otherwise the reduced
costs of the account's unit in its old and in its new territory differ by three parts in km of the
objective, and the largest that speaks for the move is the reason:

* travel: how much nearer the new center is;
* the giver: what the old territory's prices say that its activity costs there;
* the taker: what the new territory's prices say that it is worth there.

Where all three together speak against it, one of two others has decided: the territories are in one
piece and the unit goes with the land round it, or the plan as a whole. A plan without prices is
told by today's bands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE
from territory_planner.evaluation.compactness import centers, pair_cost, unit_weight
from territory_planner.scenarios.reasons import Before, Facts

LEAST = 1e-9
"""Share of the objective below which parts are alike."""
UNSERVED = "nobody serves it today"
REQUIRED = "a lock or a rule"
TRAVEL, GIVER, TAKER = "travel", "balance of the giver", "balance of the taker"
ELSEWHERE = "a lock elsewhere"
CONTIGUITY = "contiguity"
WHOLE = "the plan as a whole"
KINDS = (UNSERVED, REQUIRED, ELSEWHERE, GIVER, TAKER, TRAVEL, CONTIGUITY, WHOLE)


@dataclass(frozen=True, eq=False)
class Moves:
    """The accounts that change territory, and why each does.

    Parameters
    ----------
    accounts
        ``(n_moves,)`` indices.
    kind
        ``(n_moves,)`` one of `KINDS`.
    travel, giver, taker
        ``(n_moves,)`` what speaks for the move of the account's unit, in km of the objective; below
        0 it speaks against it. Zero where nobody serves the account today.
    """

    accounts: IntArray
    kind: NDArray[np.object_]
    travel: FloatArray
    giver: FloatArray
    taker: FloatArray

    @property
    def counts(self) -> dict[str, int]:
        """Return how many moves there are of each kind, in the order of `KINDS`."""
        counts = {kind: int((self.kind == kind).sum()) for kind in KINDS}
        return {kind: count for kind, count in counts.items() if count}


def moves(plan: Plan) -> Moves:
    """Return every account that changes territory, with the dominant reason."""
    problem, criteria = plan.problem, plan.criteria
    current = problem.accounts.current
    after = plan.alignment.of_accounts(problem)
    accounts = np.flatnonzero((after != current) & (after != NONE)).astype(np.int32)
    before, now = current[accounts], after[accounts]
    unit = problem.accounts.unit[accounts]
    center = centers(problem, plan.alignment, criteria)
    weight = unit_weight(problem, criteria)
    here = problem.units.xy[unit]
    costs = [pair_cost(criteria, problem.distance_km(here, center[k])) for k in (before, now)]
    travel = np.nan_to_num(weight[unit] / weight.sum() * (costs[0] - costs[1]))
    activity = problem.activity[unit]
    giver = (activity * plan.prices[before]).sum(axis=1)
    taker = -(activity * plan.prices[now]).sum(axis=1)
    for part in (travel, giver, taker):
        part[before == NONE] = 0.0
    facts = Facts(plan, accounts, Before(current))
    least = LEAST * max(plan.objective, 1.0)
    kind = np.full(len(accounts), WHOLE, dtype=object)
    has_prices, locked_group = bool(plan.prices.any()), _groups_with_locks(plan)
    for place in range(len(accounts)):
        i = int(unit[place])
        if before[place] == NONE:
            kind[place] = UNSERVED
        elif problem.group[i] != NONE and problem.group[i] in locked_group:
            kind[place] = REQUIRED if problem.locked[i] == now[place] else ELSEWHERE
        elif facts.required(place):
            kind[place] = REQUIRED
        else:
            parts = {GIVER: giver[place], TAKER: taker[place], TRAVEL: travel[place]}
            if not has_prices and facts.balance(place):
                kind[place] = GIVER if facts.over[before[place]] else TAKER
            elif sum(parts.values()) > -least and max(parts.values()) > least:
                kind[place] = max(parts, key=lambda name: parts[name])
            elif criteria.contiguous and not problem.units.named[i]:
                kind[place] = CONTIGUITY
    return Moves(accounts, kind, travel, giver, taker)


def _groups_with_locks(plan: Plan) -> set[int]:
    problem = plan.problem
    held = (problem.locked != NONE) & (problem.group != NONE)
    return set(problem.group[held].tolist())
