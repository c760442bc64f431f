"""The linear program over a set of columns, solved by GLOP; bands and budgets are elastic.

Elastic rows make every program solvable: what cannot be held shows as `excess`, and its size is
what the conflict report speaks of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.solving.model import Model

if TYPE_CHECKING:
    from ortools.linear_solver.python.model_builder_helper import ModelBuilderHelper
    from scipy.sparse import csr_matrix

NOISE = 1e-12
"""Duals below this share of the largest are rounding."""


@dataclass(frozen=True, eq=False)
class Program:
    """A solved program: its assignment and its duals.

    Parameters
    ----------
    active, share
        ``(n_candidates,)`` which columns took part, and the part of the atom each took.
    price, toll, atom_price
        ``(n_territories, n_banded)``, ``(n_budgets,)``, ``(n_atoms,)`` duals in km.
    short, over, over_budget
        What was left of each band, below and above, in shares of target, and of each budget.
    """

    active: BoolArray
    share: FloatArray
    price: FloatArray
    toll: FloatArray
    atom_price: FloatArray
    short: FloatArray
    over: FloatArray
    over_budget: FloatArray

    @property
    def excess(self) -> float:
        """All that was left, in shares."""
        return float(self.short.sum() + self.over.sum() + self.over_budget.sum())


@dataclass(frozen=True, eq=False)
class Rows:
    """The elastic rows of (1) to (3) over some columns; bands in shares of target.

    Variables are the columns, then what each total is below and above its target inside the band,
    then what it is short of the band and over it, then what budgets are exceeded by.

    Parameters
    ----------
    column
        The candidates that take part.
    scale
        ``(n_territories, n_banded)`` what a share is of: the target, or 1 where that is 0.
    matrix, least, most
        The rows, atoms first, then bands, then budgets, and their limits.
    highest
        Upper limits of the variables; the lower ones are 0.
    """

    column: IntArray
    scale: FloatArray
    matrix: csr_matrix
    least: FloatArray
    most: FloatArray
    highest: FloatArray

    def program(self, cost: FloatArray) -> ModelBuilderHelper:
        """Return the program that makes the cost of the variables small."""
        from ortools.linear_solver.python import model_builder_helper

        helper = model_builder_helper.ModelBuilderHelper()
        zeros, fill = np.zeros(len(cost)), helper.fill_model_from_sparse_data
        # The stub asks for numpy's old spelling of a float array.
        fill(zeros, self.highest, cost, self.least, self.most, self.matrix)  # type: ignore[arg-type]
        return helper


def elastic_rows(model: Model, active: BoolArray) -> Rows:
    """Return the rows over the columns that take part."""
    from scipy.sparse import csr_matrix

    column = np.flatnonzero(active)
    row = model.row_of_candidate[column]
    k, b = model.target.shape
    d, n, m = len(model.budget), model.n_atoms, len(column)
    scale = np.where(model.target > 0, model.target, 1.0)
    band_row = n + np.arange(k * b).reshape(k, b)
    of = model.territory[column]
    rows = [row] + [band_row[of, q] for q in range(b)]
    rows += [np.full(m, n + k * b + q) for q in range(d)]
    values = [np.ones(m)] + [model.activity[row, q] / scale[of, q] for q in range(b)]
    values += [model.moved[column, q] for q in range(d)]
    cols = [np.arange(m)] * (1 + b + d)
    # Each band row reads: total + below + short - above - over = target, in shares of target;
    # the variables come in the order below, above, short, over.
    for place, sign in enumerate((1.0, -1.0, 1.0, -1.0)):
        rows.append(band_row.ravel())
        values.append(np.full(k * b, sign))
        cols.append(m + place * k * b + np.arange(k * b))
    slack = m + 4 * k * b
    rows.append(n + k * b + np.arange(d))
    values.append(np.full(d, -1.0))
    cols.append(slack + np.arange(d))
    width = slack + d
    matrix = csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(cols))),
        shape=(n + k * b + d, width),
    )
    matrix.eliminate_zeros()
    room = [
        ((model.target - model.lower) / scale).ravel(),
        ((model.upper - model.target) / scale).ravel(),
    ]
    highest: FloatArray = np.full(width, np.inf)
    highest[m : m + 2 * k * b] = np.concatenate(room)
    at = (model.target / scale).ravel()
    return Rows(
        column=column,
        scale=scale,
        matrix=matrix,
        least=np.concatenate([np.ones(n), at, np.full(d, -np.inf)]),
        most=np.concatenate([np.ones(n), at, model.budget]),
        highest=highest,
    )


def solve_program(
    model: Model, active: BoolArray, dear: float, seconds: float, only_excess: bool = False
) -> Program | None:
    """Return the solved program, or None when time ran out.

    Parameters
    ----------
    active
        ``(n_candidates,)`` the columns that take part; every atom has at least one.
    dear
        Price in km of leaving a band by its whole target, or a budget by all of its measure.
    only_excess
        Make the excess alone small, whatever the plan costs.
    """
    from ortools.linear_solver.python import model_builder_helper

    rows = elastic_rows(model, active)
    column, scale = rows.column, rows.scale
    k, b = model.target.shape
    d, n, m = len(model.budget), model.n_atoms, len(column)
    slope = (model.slope * scale).ravel()
    elastic = np.full(2 * k * b + d, dear)
    cost = np.concatenate([model.cost[column], slope, slope, elastic])
    if only_excess:
        cost = np.concatenate([np.zeros(m + 2 * k * b), np.ones(2 * k * b + d)])
    slack = m + 4 * k * b
    solver = model_builder_helper.ModelSolverHelper("glop")
    solver.set_time_limit_in_seconds(max(seconds, 0.1))
    solver.solve(rows.program(cost))
    if solver.status() != model_builder_helper.SolveStatus.OPTIMAL:
        return None
    value, dual = np.asarray(solver.variable_values()), np.asarray(solver.dual_values())
    dual = np.where(np.abs(dual) > NOISE * np.abs(dual).max(initial=0.0), dual, 0.0)
    share = np.zeros(len(model.cost))
    share[column] = value[:m]
    beyond = value[m + 2 * k * b : slack].reshape(2, k, b)
    return Program(
        active=active.copy(),
        share=share,
        price=-dual[n : n + k * b].reshape(k, b) / scale,
        toll=np.maximum(-dual[n + k * b :], 0.0),
        atom_price=dual[:n],
        short=beyond[0],
        over=beyond[1],
        over_budget=value[slack:],
    )
