"""Rounding: from the relaxation's fractional assignment to a whole one, by a small exact program.

Few atoms are split; they and their near ties are chosen again by CP-SAT with everything else kept
and the bands elastic, so that there always is an answer to improve on.
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.solving import pricing
from territory_planner.solving.dual import Relaxation, reduced_costs
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search

CHOSEN_AGAIN = 250
"""Atoms in the small program: the split ones and those nearest to a tie."""

CANDIDATES_EACH = 4
SECONDS = 1.0
GRAIN = 1_000_000
"""Integers per unit of target in the small program."""


def rounded(model: Model, relaxation: Relaxation, search: Search) -> IntArray:
    """Return ``(n_atoms,)`` a whole assignment near the relaxation's, its bands nearly held."""
    reduced = reduced_costs(model, relaxation.price, relaxation.toll)
    # The program's share decides where it has one; reduced costs break ties and stand in for it.
    wish = reduced if not relaxation.share.size else reduced - 1e6 * relaxation.share
    choice = pricing.cheapest(model.start, wish)
    order = np.lexsort((wish, model.row_of_candidate))
    several = np.flatnonzero(np.diff(model.start) > 1)
    second = order[model.start[several] + 1]
    split = np.zeros(len(several))
    if relaxation.share.size:
        split = relaxation.share[second]
    slack = (reduced[second] - reduced[choice[several]]) / np.maximum(model.weight[several], 1e-15)
    again = several[np.lexsort((slack, -split))][:CHOSEN_AGAIN]
    result = model.territory[choice].astype(np.int32)
    if again.size and model.target.size:
        result = _chosen_again(model, result, np.sort(again), order, search)
    return result


def _chosen_again(
    model: Model, of: IntArray, again: IntArray, order: IntArray, search: Search
) -> IntArray:
    """Return the assignment with some atoms chosen again to hold the bands at the least cost."""
    from ortools.sat.python import cp_model

    kept = of.copy()
    kept[again] = -1
    base = model.totals(kept)
    least = 1e-6 * model.activity.sum(axis=0) + 1e-300
    scale = GRAIN / np.maximum(model.target, least)
    program = cp_model.CpModel()
    columns = [
        (int(a), int(j))
        for a in again
        for j in order[model.start[a] : model.start[a + 1]][:CANDIDATES_EACH]
    ]
    take = {j: program.new_bool_var("") for _, j in columns}
    for a in again:
        program.add_exactly_one(take[j] for at, j in columns if at == a)
        current = model.start[a] + np.flatnonzero(
            model.territory[model.start[a] : model.start[a + 1]] == of[a]
        )
        for j in current:
            if int(j) in take:
                program.add_hint(take[int(j)], 1)
    typical = max(float(model.cost.mean()), 1e-12)
    objective = [(take[j], round(1000 * float(model.cost[j]) / typical)) for _, j in columns]
    dear = round(1000 * max(c for _, c in objective) / GRAIN) + 1
    by_territory: dict[int, list[tuple[int, int]]] = {}
    for a, j in columns:
        by_territory.setdefault(int(model.territory[j]), []).append((a, j))
    terms = [variable * cost for variable, cost in objective]
    for k, mine in by_territory.items():
        for b in range(model.target.shape[1]):
            s = scale[k, b]
            total = sum(take[j] * round(float(model.activity[a, b] * s)) for a, j in mine)
            out = program.new_int_var(0, 100 * GRAIN, "")
            terms.append(out * dear)
            low, high = _whole_limits(model, base, s, k, b)
            program.add(total + out >= low)
            program.add(total - out <= high)
    program.minimize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_deterministic_time = SECONDS
    solver.parameters.max_time_in_seconds = max(min(4 * SECONDS, search.seconds_left()), 0.1)
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False
    solver.parameters.random_seed = 0
    status = solver.solve(program)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return of
    result = of.copy()
    for a, j in columns:
        if solver.boolean_value(take[j]):
            result[a] = model.territory[j]
    return result


def _whole_limits(model: Model, base: FloatArray, scale: float, k: int, b: int) -> tuple[int, int]:
    """Return what the chosen-again atoms must add to a total, at least and at most, in grains."""
    low = int(np.ceil((model.lower[k, b] - base[k, b]) * scale)) + 1
    high = int(np.floor((model.upper[k, b] - base[k, b]) * scale)) - 1
    return low, max(high, low)
