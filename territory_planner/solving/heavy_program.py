"""Places of heavy atoms by an integer program, equations (34) and (35).

Only heavy atoms are whole in it, so that its bound is nearly that of all atoms whole; and light
atoms have only the candidates that prices in a box could make their cheapest, so that it is small.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray
from territory_planner.solving.columns import elastic_rows
from territory_planner.solving.dual import EXCESS, Relaxation
from territory_planner.solving.heavy import Settled, weight_of
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import reduced_costs
from territory_planner.solving.refine import refine

LEVELS = (1.0, 0.4, 0.15)
"""Weights in widths of the bands from which atoms are whole, one program after the other."""

COLUMNS = 3000, 6000
"""Candidates of light atoms that the first box lets in: of the first program, and of others."""

WIDER = 3.0
"""How far the box of a limit grows that a program left."""

ROUNDS = 12
TIME_SHARE = 0.3
"""Of the time that is left, what one program may take."""

PLANLESS_SHARE = 0.4
"""Of the time, after which no round is begun while there is no plan."""

GAP = 5e-4
GAP_SHARE = 0.1
NODES = 1000
"""Where a program ends: at this gap, or at this share of the one left if that is less, and at this
many nodes."""

TOLERANCE, DUAL_TOLERANCE = 1e-8, 1e-7
"""By how much SCIP may leave rows and reduced costs: what that is worth is taken off its bound."""

SETTINGS = f"""numerics/feastol = {TOLERANCE}
separating/maxroundsroot = 0
separating/maxrounds = 0
branching/relpscost/initcand = 10
branching/relpscost/inititer = 10
misc/catchctrlc = FALSE
"""
"""Of SCIP: cuts hardly raise the bound of such programs, and take most of the time. Interrupts are
not its to catch, lest the search go on: it ends when the program does.
"""

DEAR = 5.0
"""How wide a box is that lets all candidates in, in multiples of the dearest price."""

ELASTIC = 1e-6
"""What is left of a limit from which its box is widened, in shares of target."""


@dataclass(frozen=True, eq=False)
class Placed:
    """What a program found.

    Parameters
    ----------
    keep
        ``(n_candidates,)`` what is left when heavy atoms lie where the program has them.
    bound
        Lower bound in km on every assignment below the value that was asked for.
    is_solved
        Whether the program was not cut short.
    is_left
        ``(n_territories, n_banded)`` limits that were left: prices at an end of their box.
    """

    keep: BoolArray
    bound: float
    is_solved: bool
    is_left: BoolArray


def by_program(
    model: Model,
    relaxation: Relaxation,
    known: Outcome,
    search: Search,
    rng: np.random.Generator,
) -> tuple[Outcome, float, Relaxation]:
    """Return the best assignment found, a bound on every one, and the prices that led to the best.

    Parameters
    ----------
    known
        The best assignment so far, of infinite value where there is none.
    """
    best, bound, prices = known, relaxation.bound, relaxation
    weight, top = weight_of(model), LEVELS[0]
    wide: dict[float, FloatArray] = defaultdict(lambda: np.ones_like(model.target))
    enough = (1 - PLANLESS_SHARE) * search.seconds_left()
    for _ in range(ROUNDS):
        if not np.isfinite(best.value) and search.seconds_left() < enough:
            break
        now, first = Settled(model, relaxation), None
        for level in (top, *(level for level in LEVELS if level < top)):
            if search.is_over() or search.has_closed():
                break
            columns = COLUMNS[0 if first is None else 1]
            found = _placed(now, best.value, weight >= level, wide[level], columns, search)
            if found is None:
                break
            wide[level] = np.where(found.is_left, WIDER * wide[level], wide[level])
            if first is None:
                first, bound = found, max(bound, min(found.bound, best.value))
                search.improved_bound(bound, "heavy atoms")
            after = now.with_only(found.keep, search)
            if after.relaxation.excess > EXCESS or after.relaxation.bound >= best.value:
                break
            now = after
        if first is None:
            break
        if now.model is not model:
            end = refine(now.model, now.relaxation, now.choice(rng), search, rng)
            if end.value < best.value:
                best, prices = end, now.relaxation
        if not first.is_left.any():
            if not first.is_solved or (weight[weight > 0] >= top).all():
                break
            top, wide[top / 2] = top / 2, wide[top]
    return best, bound, prices


def _placed(
    now: Settled, value: float, heavy: BoolArray, wide: FloatArray, columns: int, search: Search
) -> Placed | None:
    """Return where heavy atoms lie in the program (35), if time allows any answer.

    Parameters
    ----------
    value
        Only assignments below this value in km are looked for.
    heavy
        ``(n_atoms,)`` which atoms are whole.
    wide
        ``(n_territories, n_banded)`` how wide the box is, in multiples of what follows.
    columns
        How many candidates of light atoms a box of 1 everywhere would let in.
    """
    from ortools.linear_solver.python import model_builder_helper

    model, price, toll = now.model, now.relaxation.price, now.relaxation.toll
    row, d = model.row_of_candidate, len(now.relaxation.toll)
    order = np.sort(_radius(now, value, heavy, np.ones_like(wide)))
    order = order[np.isfinite(order) & (order > 0)]
    scale = np.where(model.target > 0, model.target, 1.0)
    rho = DEAR * float(np.abs(price * scale).max(initial=0.0))
    rho = float(order[columns]) if columns < len(order) else max([rho, *order[-1:]])
    rows = elastic_rows(model, _radius(now, value, heavy, wide) <= rho)
    slope, dear = (model.slope * scale).ravel(), (price * scale).ravel()
    box = rho * wide.ravel()
    over_budget = toll + rho * model.n_territories
    elastic = np.concatenate([slope, slope, box - dear, box + dear, over_budget])
    program = rows.program(np.concatenate([model.cost[rows.column], elastic]))
    for j in np.flatnonzero(heavy[row[rows.column]]).tolist():
        program.set_var_integrality(j, True)
    left = GAP_SHARE * (value - now.relaxation.bound) / value if np.isfinite(value) else GAP
    gap = float(np.clip(left, search.options.relative_gap / 2, GAP))
    solver = model_builder_helper.ModelSolverHelper("scip")
    solver.set_time_limit_in_seconds(max(TIME_SHARE * search.seconds_left(), 0.1))
    solver.set_solver_specific_parameters(f"limits/gap = {gap}\nlimits/nodes = {NODES}\n{SETTINGS}")
    solver.solve(program)
    if not solver.has_solution():
        return None
    share, solution = np.zeros(len(row)), np.asarray(solver.variable_values())
    share[rows.column] = solution[: len(rows.column)]
    beyond = solution[len(solution) - 2 * dear.size - d : len(solution) - d]
    bound = solver.best_objective_bound()
    margin = 2 * TOLERANCE * (abs(bound) + float(np.abs(elastic).sum()))
    margin += DUAL_TOLERANCE * model.n_atoms
    return Placed(
        keep=~heavy[row] | (share > 0.5),
        bound=bound - margin,
        is_solved=solver.status() == model_builder_helper.SolveStatus.OPTIMAL,
        is_left=beyond.reshape(2, *price.shape).sum(axis=0) > ELASTIC,
    )


def _radius(now: Settled, value: float, heavy: BoolArray, wide: FloatArray) -> FloatArray:
    """Return ``(n_candidates,)``: the size of the box from which on each takes part, in km.

    0 for those of heavy atoms, infinity where the regret alone exceeds the gap.
    """
    model, relaxation = now.model, now.relaxation
    reduced = reduced_costs(model, relaxation.price, relaxation.toll)
    row, first = model.row_of_candidate, model.start[:-1]
    regret = reduced - np.minimum.reduceat(reduced, first)[row]
    cheapest = np.flatnonzero(regret <= 0)
    cheapest = cheapest[np.unique(row[cheapest], return_index=True)[1]]
    side = wide / np.where(model.target > 0, model.target, 1.0)
    home = model.territory[cheapest][row]
    reach = (model.activity[row] * (side[model.territory] + side[home])).sum(axis=1)
    # Tolls have a box as well: from 0 to as much more as prices of all territories together.
    moved = np.abs(model.moved - model.moved[cheapest][row])
    reach += model.n_territories * moved.sum(axis=1)
    beyond = np.maximum(regret - moved @ relaxation.toll, 0.0)
    radius: FloatArray = np.where(heavy[row], 0.0, beyond / np.maximum(reach, 1e-300))
    radius[regret > (value - relaxation.bound) * (1 + 1e-9) + 1e-12] = np.inf
    radius[cheapest] = 0.0
    return radius
