"""`Side`: one alignment of a comparison, account by account: a plan's, or today's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from territory_planner.domain.alignment import Alignment, today_by_unit
from territory_planner.domain.arrays import IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.scorecard import Scorecard, evaluate_accounts, evaluate_today

TODAY = "today"


@dataclass(frozen=True, eq=False)
class Side:
    """One alignment of a comparison.

    Parameters
    ----------
    name
        What it is called: "today", or the plan's name.
    plan
        The plan, or the one whose problem says what today is.
    of
        ``(n_accounts,)`` territory of each account; ``NONE`` only today.
    is_today
        Whether it is today's alignment.
    """

    name: str
    plan: Plan
    of: IntArray
    is_today: bool = False

    @property
    def problem(self) -> Problem:
        """The facts that it is about."""
        return self.plan.problem

    @property
    def criteria(self) -> Criteria:
        """The wishes that it is measured by."""
        return self.plan.criteria

    @property
    def when(self) -> str:
        """Where something is so, inside a sentence: "today", or "in base"."""
        return TODAY if self.is_today else f"in {self.name}"

    @property
    def by_unit(self) -> Alignment:
        """The alignment of units, as a map can show it."""
        return today_by_unit(self.problem) if self.is_today else self.plan.alignment

    def scorecard(self) -> Scorecard:
        """Return what it is worth, measured account by account."""
        if self.is_today:
            return evaluate_today(self.problem, self.criteria)
        return evaluate_accounts(self.problem, self.plan.alignment, self.criteria)


def side_of(plan: Plan, name: str) -> Side:
    """Return a plan as a side."""
    return Side(name, plan, plan.alignment.of_accounts(plan.problem))


def today_of(plan: Plan) -> Side:
    """Return today's alignment of a plan's problem as a side."""
    return Side(TODAY, plan, plan.problem.accounts.current, is_today=True)


def reference(sides: Sequence[Side]) -> Side:
    """Return the side that the others are told against: the first plan."""
    return next(side for side in sides if not side.is_today)


def shared_accounts(one: Side, other: Side) -> tuple[IntArray, IntArray]:
    """Return the accounts that both sides have, by index in each."""
    a, b = one.problem.accounts.ids, other.problem.accounts.ids
    if a is b or np.array_equal(a, b):
        same = np.arange(len(a), dtype=np.int32)
        return same, same
    _, in_one, in_other = np.intersect1d(a, b, assume_unique=True, return_indices=True)
    order = np.argsort(in_one)
    return in_one[order].astype(np.int32), in_other[order].astype(np.int32)


def looked_up(index: IntArray, into: IntArray) -> IntArray:
    """Return what stands at each index, ``NONE`` for an index that is ``NONE``."""
    found: IntArray = np.append(into, NONE)[index].astype(np.int32)
    return found
