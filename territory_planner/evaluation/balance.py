"""Balance: what each territory holds of each measure, against its target.

total_kq = sum of a_iq over the units i of territory k; relative deviation = total / target - 1.
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import BoolArray, FloatArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem

BAND_TOLERANCE = 1e-9
"""Relative slack when a total is compared with its limit: sums of floats in another order."""


def mere_counts(problem: Problem) -> BoolArray:
    """Return ``(n_measures,)`` whether a measure only counts accounts: one each."""
    counts: BoolArray = (problem.accounts.activity == 1).all(axis=0)
    return counts


def territory_totals(problem: Problem, alignment: Alignment) -> FloatArray:
    """Return ``(n_territories, n_measures)`` totals, in each measure's unit."""
    held = alignment.territory_of != NONE
    of, k = alignment.territory_of[held], problem.n_territories
    activity = problem.activity[held]
    totals = np.empty((k, problem.n_measures))
    for q in range(problem.n_measures):
        totals[:, q] = np.bincount(of, activity[:, q], k)
    return totals


def relative_deviation(problem: Problem, alignment: Alignment) -> FloatArray:
    """Return the signed deviation of each territory from its target.

    Returns
    -------
    (n_territories, n_measures) array
        Shares of target: ``-0.25`` reads "a quarter below target". Where the target is 0, 0 when
        the total is 0 too and infinity otherwise.
    """
    totals = territory_totals(problem, alignment)
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation: FloatArray = totals / problem.target - 1
    return np.where(problem.target > 0, deviation, np.where(totals > 0, np.inf, 0.0))


def band_limits(problem: Problem, criteria: Criteria) -> tuple[FloatArray, FloatArray]:
    """Return the lower and upper limit of every total, in each measure's unit.

    Returns
    -------
    two (n_territories, n_measures) arrays
        ``-inf`` and ``inf`` for a measure without a band.
    """
    lower = np.full(problem.target.shape, -np.inf)
    upper = np.full(problem.target.shape, np.inf)
    for name, band in criteria.bands.items():
        q = problem.measure_index(name)
        lower[:, q], upper[:, q] = band.limits(problem.target[:, q])
    return lower, upper


def inside_band(problem: Problem, alignment: Alignment, criteria: Criteria) -> BoolArray:
    """Return ``(n_territories, n_measures)``: whether each total is inside its band."""
    lower, upper = band_limits(problem, criteria)
    totals = territory_totals(problem, alignment)
    slack = BAND_TOLERANCE * np.maximum(1.0, problem.target)
    inside: BoolArray = (totals >= lower - slack) & (totals <= upper + slack)
    return inside


def band_use(problem: Problem, alignment: Alignment, criteria: Criteria) -> float:
    """Return the largest share of its band that any total uses: 0 is on target, 1 at a limit.

    Above 1 some total is outside; infinite where one leaves a target that has no band on that side.
    """
    deviation = relative_deviation(problem, alignment)
    used = 0.0
    for name, band in criteria.bands.items():
        off = deviation[:, problem.measure_index(name)]
        for most, side in (
            (float(off.max(initial=0.0)), band.upper),
            (-float(off.min(initial=0.0)), -band.lower),
        ):
            if most > BAND_TOLERANCE:
                used = max(used, most / side if side > 0 else np.inf)
    return used


def gini(problem: Problem, alignment: Alignment) -> FloatArray:
    """Return ``(n_measures,)`` Gini coefficients of total over target: 0 is equal, 1 all in one.

    Mean absolute difference of all pairs over twice the mean, territories with a target only.
    """
    totals = territory_totals(problem, alignment)
    result = np.zeros(problem.n_measures)
    for q in range(problem.n_measures):
        wanted = problem.target[:, q] > 0
        ratio = np.sort(totals[wanted, q] / problem.target[wanted, q])
        n, total = len(ratio), ratio.sum()
        if n and total > 0:
            rank = np.arange(1, n + 1)
            result[q] = (2 * rank - n - 1) @ ratio / (n * total)
    return result
