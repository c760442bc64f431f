"""Disruption: what changes hands between today's alignment and another.

An account is moved when its territory is not today's; one that nobody serves today is not moved,
whoever gets it. Disruption in a measure is the moved accounts' share of the measure's total.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.problem import NONE, Problem

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def moved_accounts(problem: Problem, alignment: Alignment) -> BoolArray:
    """Return ``(n_accounts,)``: whether each account changes territory."""
    current = problem.accounts.current
    moved: BoolArray = (current != NONE) & (current != alignment.of_accounts(problem))
    return moved


def disruption(problem: Problem, alignment: Alignment) -> FloatArray:
    """Return ``(n_measures,)``: the share of each measure's total that changes territory."""
    activity = problem.accounts.activity
    moved = activity[moved_accounts(problem, alignment)].sum(axis=0)
    total = activity.sum(axis=0)
    share: FloatArray = np.divide(moved, total, out=np.zeros_like(moved), where=total > 0)
    return share


def held_today(problem: Problem) -> FloatArray:
    """Return ``(n_territories, n_measures)``: what each territory holds today."""
    return _by_territory(problem, problem.accounts.current, problem.accounts.activity)


def lost_shares(problem: Problem, alignment: Alignment) -> FloatArray:
    """Return ``(n_territories, n_measures)``: the share of what each holds today that leaves it."""
    held, lost = held_today(problem), gains_and_losses(problem, alignment)[1]
    share: FloatArray = np.divide(lost, held, out=np.zeros_like(lost), where=held > 0)
    return share


def held_shares(problem: Problem, measure: int) -> csr_matrix:
    """Return ``(n_units, n_territories)``: the share of what each holds today that is the unit's.

    Sparse: a unit has few holders.
    """
    from scipy.sparse import csr_matrix

    accounts = problem.accounts
    served = (accounts.current != NONE) & (accounts.activity[:, measure] > 0)
    held = held_today(problem)[:, measure]
    of = accounts.current[served]
    share = accounts.activity[served, measure] / held[of]
    size = (problem.n_units, problem.n_territories)
    return csr_matrix((share, (accounts.unit[served], of)), shape=size)


def moved_shares(
    problem: Problem, unit: IntArray, territory: IntArray | None, measure: int
) -> FloatArray:
    """Return ``(n_pairs,)``: the share of a measure that changes hands if the unit goes there.

    Parameters
    ----------
    territory
        ``(n_pairs,)``; None where the units go to nobody who has them today.
    """
    accounts, k = problem.accounts, problem.n_territories
    served = accounts.current != NONE
    of = accounts.unit[served].astype(np.int64)
    amount = accounts.activity[served, measure]
    total = accounts.activity[:, measure].sum()
    if total <= 0:
        return np.zeros(len(unit))
    result: FloatArray = np.bincount(of, amount, problem.n_units)[unit].astype(np.float64)
    if territory is None:
        result /= total
        return result
    held, inverse = np.unique(of * k + accounts.current[served], return_inverse=True)
    if len(held):
        amount_held = np.bincount(inverse, amount, len(held))
        wanted = unit.astype(np.int64) * k + territory
        at = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
        result = result - np.where(held[at] == wanted, amount_held[at], 0.0)
    share: FloatArray = np.maximum(result, 0.0) / total
    return share


def gains_and_losses(problem: Problem, alignment: Alignment) -> tuple[FloatArray, FloatArray]:
    """Return what each territory gains from and loses to others, in each measure's unit.

    Returns
    -------
    two (n_territories, n_measures) arrays
        Gains and losses of moved accounts; an account that nobody serves today is no gain.
    """
    moved = moved_accounts(problem, alignment)
    activity = problem.accounts.activity[moved]
    to = alignment.of_accounts(problem)[moved]
    return (
        _by_territory(problem, to, activity),
        _by_territory(problem, problem.accounts.current[moved], activity),
    )


def _by_territory(problem: Problem, of: IntArray, activity: FloatArray) -> FloatArray:
    """Return ``(n_territories, n_measures)`` sums of some accounts' activity."""
    held, k = of != NONE, problem.n_territories
    result = np.zeros((k, problem.n_measures))
    for q, amount in enumerate(activity.T):
        result[:, q] = np.bincount(of[held], amount[held], k)
    return result
