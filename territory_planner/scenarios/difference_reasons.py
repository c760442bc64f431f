"""Why an account is another territory's in one plan than in another: facts, never a guess.

The first of these that is true is the whole reason, since it leaves no choice:

1. one of the two territories is only in one of the plans;
2. the later plan's facts and criteria forbid the earlier place: a lock, a forbidden pair, a skill,
   the distance limit, a family that is kept together (see `reasons`);
3. the earlier plan's forbid the later place.

Otherwise those of these that are true are put side by side:

4. the home or the share of one of the two territories differs;
5. a territory as in one plan is outside its band of the other;
6. what one plan moves is over the other's disruption budget, and this account is part of it;
7. most accounts of its area are the later territory's in the earlier plan;
8. the later territory's center is nearer, by a kilometre at least.

Beside today, the reasons are those of `reasons`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.problem import NONE
from territory_planner.domain.territory import Territory
from territory_planner.evaluation.disruption import disruption
from territory_planner.scenarios.reasons import NO_SINGLE_REASON, Before, Facts
from territory_planner.scenarios.side import Side

OVER_BUDGET = 1e-6


def told_reasons(
    before: Side,
    after: Side,
    in_after: IntArray,
    in_before: IntArray,
    rows_before: IntArray,
    rows_after: IntArray,
) -> NDArray[np.object_]:
    """Return ``(n,)`` sentences, one for each account that differs.

    Parameters
    ----------
    in_after, in_before
        The territory on the other side of every account of this one, in this one's numbering.
    rows_before, rows_after
        ``(n,)`` accounts, by index in each side.
    """
    if not len(rows_after):
        return np.empty(0, dtype=object)
    if before.is_today:
        facts = Facts(after.plan, rows_after, Before(in_after))
        told = [facts.required(i) or facts.favourable(i) for i in range(len(rows_after))]
    else:
        pair = _Pair(before, after, in_after, in_before, rows_before, rows_after)
        told = [pair.told(i) for i in range(len(rows_after))]
    return np.array(told, dtype=object)


class _Pair:
    """What is known about accounts that differ between two plans."""

    def __init__(
        self,
        before: Side,
        after: Side,
        in_after: IntArray,
        in_before: IntArray,
        rows_before: IntArray,
        rows_after: IntArray,
    ) -> None:
        self.sides = (before, after)
        self.was, self.now = before.of[rows_before], after.of[rows_after]
        # Where each is on the other side, in this side's numbering.
        self.was_there, self.now_here = in_after[rows_after], in_before[rows_before]
        # A territory that is matched with one of another id is called by what its plan calls it.
        called = [
            {
                int(k): side.problem.territories[int(other)].id
                for here, there in pairs
                for k, other in np.unique(np.column_stack([here, there]), axis=0)
                if k != NONE and other != NONE
            }
            for side, pairs in (
                (before, ((self.was_there, self.was), (self.now, self.now_here))),
                (after, ((self.was, self.was_there), (self.now_here, self.now))),
            )
        ]
        names = (before.name, after.name)
        self.later = Facts(after.plan, rows_after, Before(in_after, before.when, names, called[0]))
        self.earlier = Facts(
            before.plan, rows_before, Before(in_before, after.when, names[::-1], called[1])
        )
        self.over = (_over_budget(after, before), _over_budget(before, after))
        today = before.problem.accounts.current[rows_before]
        self.moves_before = (today != NONE) & (today != self.was)
        today = after.problem.accounts.current[rows_after]
        self.moves_after = (today != NONE) & (today != self.now)

    def told(self, place: int) -> str:
        """Return why one account differs."""
        before, after = self.sides
        absent = []
        if self.was_there[place] == NONE:
            absent.append(f"{self._id(before, self.was[place])} is not in {after.name}")
        if self.now_here[place] == NONE:
            absent.append(f"{self._id(after, self.now[place])} is not in {before.name}")
        if absent:
            return "; ".join(absent)
        for facts, side in ((self.later, after), (self.earlier, before)):
            required = facts.required(place)
            if required:
                return f"{required} {side.when}"
        found = [
            *self._changed(int(self.was[place]), int(self.was_there[place])),
            *self._changed(int(self.now_here[place]), int(self.now[place])),
            self.later.balance(place),
            self.earlier.balance(place),
        ]
        if self.moves_after[place] and not self.moves_before[place]:
            found.append(self.over[0])
        if self.moves_before[place] and not self.moves_after[place]:
            found.append(self.over[1])
        found += [self.later.area(place), self.later.nearer(place)]
        return "; ".join(dict.fromkeys(filter(None, found))) or NO_SINGLE_REASON

    def _changed(self, k: int, same: int) -> list[str]:
        """Return what differs in a territory that both plans have."""
        before, after = self.sides
        return changed_territory(
            before.problem.territories[k], after.problem.territories[same], after.name
        )

    def _id(self, side: Side, k: int) -> str:
        return side.problem.territories[k].id


def changed_territory(one: Territory, other: Territory, name: str) -> list[str]:
    """Return in words how a territory's home and share differ in the other plan."""
    found = []
    if one.home != other.home:
        found.append(f"the home of {other.id} is elsewhere in {name}")
    if one.share != other.share:
        found.append(
            f"the share of {other.id} is {other.share:g} in {name} instead of {one.share:g}"
        )
    return found


def _over_budget(mover: Side, limit: Side) -> str:
    """Return that what one plan moves is over the other's budget, or blank."""
    moved = disruption(mover.problem, mover.plan.alignment)
    for wish in limit.criteria.disruption:
        share = moved[mover.problem.measure_index(wish.measure)]
        if wish.budget is not None and share > wish.budget + OVER_BUDGET:
            return (
                f"{mover.name} moves {share:.1%} of {wish.measure}, over the budget of "
                f"{wish.budget:.1%} in {limit.name}"
            )
    return ""
