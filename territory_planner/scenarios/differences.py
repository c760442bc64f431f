"""`differences`: which accounts are another territory's in another plan, why, and at what cost.

Told over the accounts that both have, with territories matched (`matching`). The cost of a
difference is what it takes to move the account's unit alone back to the territory it has on the
other side: the reduced cost there less the reduced cost here, in km of objective, at the plan's
prices and with all else as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE
from territory_planner.evaluation.compactness import centers
from territory_planner.evaluation.prices import BLOCK, reduced_costs
from territory_planner.scenarios.compare import Comparison
from territory_planner.scenarios.difference_reasons import told_reasons
from territory_planner.scenarios.matching import Matching, matched
from territory_planner.scenarios.side import Side, looked_up, shared_accounts


@dataclass(frozen=True, eq=False)
class Differences:
    """What differs between two sides.

    Parameters
    ----------
    before, after
        Two sides; ``after`` is a plan.
    ids
        The matched territories.
    joint_before, joint_after
        ``(n_territories,)`` of each side: index into `ids`.
    shared
        How many accounts both have.
    rows_before, rows_after
        ``(n,)`` the accounts that differ, by index in each side, the dearest first.
    cost_km
        ``(n,)`` what moving each back costs; NaN where it cannot be moved back.
    same_before, same_after
        The accounts that both have, by index in each side.
    """

    before: Side
    after: Side
    ids: tuple[str, ...]
    joint_before: IntArray
    joint_after: IntArray
    rows_before: IntArray
    rows_after: IntArray
    cost_km: FloatArray
    same_before: IntArray = field(repr=False)
    same_after: IntArray = field(repr=False)

    @property
    def shared(self) -> int:
        """The number of accounts that both sides have."""
        return len(self.same_before)

    @cached_property
    def from_to(self) -> tuple[IntArray, IntArray]:
        """Return ``(n,)`` twice: where each account is before and after, as index into `ids`."""
        was = looked_up(self.before.of[self.rows_before], self.joint_before)
        return was, self.joint_after[self.after.of[self.rows_after]]

    @cached_property
    def total_cost_km(self) -> float:
        """The sum of what it costs to move each unit back, once a unit and territory."""
        known = ~np.isnan(self.cost_km)
        unit = self.after.problem.accounts.unit[self.rows_after[known]]
        pair = np.column_stack([unit, self.from_to[0][known]])
        _, first = np.unique(pair, axis=0, return_index=True)
        return float(self.cost_km[known][first].sum())

    @property
    def fixed(self) -> int:
        """How many of the accounts that differ cannot be moved back alone."""
        return int(np.isnan(self.cost_km).sum())

    @property
    def cost_in_words(self) -> tuple[str, ...]:
        """What moving all of them back costs, at prices, and what cannot be moved back."""
        km = self.total_cost_km
        told = [
            f"Moved back one at a time, at the prices of {self.after.name} and with all else as it "
            f"is, they would {'cost' if km >= 0 else 'save'} {abs(km):,.2f} km of objective in "
            "all. "
            "Prices tell of small steps: they do not say whether bands, borders and families "
            "leave room."
        ]
        if self.fixed:
            nobody = "nobody serves it today" if self.before.is_today else "the territory is gone"
            told.append(
                f"{self.fixed:,} cannot be moved back alone: {nobody}, or a lock, a skill or a "
                "limit forbids it."
            )
        return tuple(told)

    def reasons(self, rows: IntArray | None = None) -> NDArray[np.object_]:
        """Return one sentence for each account that differs, or for those at some places."""
        at = np.arange(len(self.rows_after)) if rows is None else rows
        return told_reasons(
            self.before,
            self.after,
            self._carried(to_after=True),
            self._carried(to_after=False),
            self.rows_before[at],
            self.rows_after[at],
        )

    def _carried(self, *, to_after: bool) -> IntArray:
        """Return one side's territory of every account of the other side, in its numbering."""
        if to_after:
            return _carried(
                self.before,
                self.joint_before,
                self.same_before,
                self.after,
                self.joint_after,
                self.same_after,
            )
        return _carried(
            self.after,
            self.joint_after,
            self.same_after,
            self.before,
            self.joint_before,
            self.same_before,
        )


@dataclass(frozen=True, eq=False)
class Flows:
    """What each matched territory gains and loses between two sides.

    Parameters
    ----------
    accounts_in, accounts_out
        ``(n_ids,)`` numbers of accounts; one that nobody serves before is no gain.
    activity_in, activity_out
        ``(n_ids, n_measures)`` in each measure's unit, each by the side that has it.
    """

    accounts_in: IntArray
    accounts_out: IntArray
    activity_in: FloatArray
    activity_out: FloatArray


@lru_cache(maxsize=1)
def differences(comparison: Comparison) -> tuple[Differences, ...]:
    """Return what differs: of the only plan from today, or of every other plan from the first."""
    matching = matched(comparison.sides)
    plans = [s for s, side in enumerate(comparison.sides) if not side.is_today]
    pairs = [(plans[0], other) for other in plans[1:]] or [(0, plans[0])]
    return tuple(_between(matching, a, b) for a, b in pairs)


def flows(found: Differences) -> Flows:
    """Return what each matched territory gains and loses."""
    was, now = found.from_to
    served = was != NONE
    n, q = len(found.ids), found.after.problem.n_measures
    came = found.after.problem.accounts.activity[found.rows_after[served]]
    went = found.before.problem.accounts.activity[found.rows_before[served]]
    activity_in, activity_out = np.zeros((n, q)), np.zeros((n, q))
    np.add.at(activity_in, now[served], came)
    np.add.at(activity_out, was[served], went)
    return Flows(
        np.bincount(now[served], minlength=n).astype(np.int32),
        np.bincount(was[served], minlength=n).astype(np.int32),
        activity_in,
        activity_out,
    )


def _between(matching: Matching, a: int, b: int) -> Differences:
    before, after = matching.sides[a], matching.sides[b]
    joint_before, joint_after = matching.joint[a], matching.joint[b]
    same_before, same_after = shared_accounts(before, after)
    was = looked_up(before.of[same_before], joint_before)
    differs = was != joint_after[after.of[same_after]]
    rows_before, rows_after = same_before[differs], same_after[differs]
    back = looked_up(was[differs], matching.own(b))
    cost = costs_of_moving(after.plan, rows_after, back)
    # The dearest first; what cannot be moved back comes last.
    order = np.lexsort((np.arange(len(cost)), -np.nan_to_num(cost, nan=-np.inf)))
    return Differences(
        before,
        after,
        matching.ids,
        joint_before,
        joint_after,
        rows_before[order],
        rows_after[order],
        cost[order],
        same_before,
        same_after,
    )


def costs_of_moving(plan: Plan, accounts: IntArray, to: IntArray) -> FloatArray:
    """Return ``(n,)`` km of objective that moving each account's unit alone would cost.

    Parameters
    ----------
    accounts, to
        ``(n,)`` accounts, and the territory each unit would go to.

    Returns
    -------
    (n,) array
        NaN where it may not go there, or there is no such territory.
    """
    problem = plan.problem
    result = np.full(len(accounts), np.nan)
    known = np.flatnonzero(to != NONE)
    units, of = np.unique(problem.accounts.unit[accounts[known]], return_inverse=True)
    center = centers(problem, plan.alignment, plan.criteria)
    rows = max(1, BLOCK // max(problem.n_territories, 1))
    for first in range(0, len(units), rows):
        some = units[first : first + rows]
        reduced = reduced_costs(plan, some, center)
        here = reduced[np.arange(len(some)), plan.alignment.territory_of[some]]
        inside: BoolArray = (of >= first) & (of < first + len(some))
        at, chosen = of[inside] - first, known[inside]
        there = reduced[at, to[chosen]]
        may = np.isfinite(there) & np.isfinite(here[at]) & (problem.locked[some[at]] == NONE)
        result[chosen[may]] = there[may] - here[at[may]]
    return result


def _carried(
    source: Side,
    joint: IntArray,
    rows: IntArray,
    target: Side,
    target_joint: IntArray,
    target_rows: IntArray,
) -> IntArray:
    own = np.full(max(int(joint.max(initial=0)), int(target_joint.max(initial=0))) + 1, NONE)
    own[target_joint] = np.arange(len(target_joint))
    result = np.full(target.problem.n_accounts, NONE, dtype=np.int32)
    result[target_rows] = looked_up(looked_up(source.of[rows], joint), own)
    return result
