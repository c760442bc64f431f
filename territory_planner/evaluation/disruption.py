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
