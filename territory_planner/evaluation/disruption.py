"""Disruption: what changes hands between today's alignment and another.

An account is moved when its territory is not today's; one that nobody serves today is not moved,
whoever gets it. Disruption in a measure is the moved accounts' share of the measure's total.
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.problem import NONE, Problem


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


def moved_shares(problem: Problem, unit: IntArray, territory: IntArray, measure: int) -> FloatArray:
    """Return ``(n_pairs,)``: the share of a measure that changes hands if the unit goes there."""
    accounts, k = problem.accounts, problem.n_territories
    served = accounts.current != NONE
    of = accounts.unit[served].astype(np.int64)
    amount = accounts.activity[served, measure]
    total = accounts.activity[:, measure].sum()
    if total <= 0:
        return np.zeros(len(unit))
    result: FloatArray = np.bincount(of, amount, problem.n_units)[unit].astype(np.float64)
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
    k = problem.n_territories

    def summed(by: IntArray) -> FloatArray:
        result = np.zeros((k, problem.n_measures))
        np.add.at(result, by[by != NONE], activity[by != NONE])
        return result

    return summed(to), summed(problem.accounts.current[moved])
