"""Why an account changes territory: facts computed from plans, never a guess.

It changes from today's territory, or from that of another alignment which stands in today's place.

The first of these that is true is the whole reason, since the criteria leave no choice:

1. nobody serves the account today;
2. it is locked to its new territory;
3. it may not belong to its old one;
4. the old rep lacks a skill that it requires;
5. it lies farther from the old center than the criteria allow;
6. its account family is split over several territories today and is kept together.

Otherwise those of these that are true are put side by side:

7. the old territory is over its band today, or else the new one is under it (of several measures,
   the one that is farthest from its target);
8. most accounts of its area are the new territory's today;
9. the new center is nearer, by a kilometre at least.

Where none is true, the move follows from the plan as a whole, and the reason says so. Distances
are straight lines from the account, but for 5, which the criteria measure from its unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.alignment import Alignment, accounts_as_units
from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.balance import inside_band, relative_deviation
from territory_planner.evaluation.compactness import centers

NEARER_BY_KM = 1.0
SIDES = ("over", "under")
NO_SINGLE_REASON = "no single reason: it follows from the plan as a whole"


@dataclass(frozen=True)
class Before:
    """What an account changes from.

    Parameters
    ----------
    of
        ``(n_accounts,)`` territory of each account before, in the plan's numbering.
    when
        "today", or "in base".
    plans
        The names of the two plans where it is not today: the one changed from, and the other.
    ids
        What the territories are called before, by index, where that is another id.
    """

    of: IntArray
    when: str = "today"
    plans: tuple[str, str] | None = None
    ids: Mapping[int, str] = field(default_factory=dict)

    def beside_band(self, territory: str, side: str, measure: str) -> str:
        """Return in words that a territory is outside its band before."""
        if self.plans is None:
            return f"{territory} is {side} its {measure} band {self.when}"
        was, would = self.plans
        return f"{territory} as in {was} is {side} the {measure} band of {would}"


def reasons(plan: Plan) -> NDArray[np.object_]:
    """Return ``(n_accounts,)`` sentences; blank for an account that stays where it is."""
    after = plan.alignment.of_accounts(plan.problem)
    result = np.full(plan.problem.n_accounts, "", dtype=object)
    changed = np.flatnonzero((after != plan.problem.accounts.current) & (after != NONE))
    if changed.size:
        facts = Facts(plan, changed.astype(np.int32), Before(plan.problem.accounts.current))
        for place, account in enumerate(changed):
            result[account] = facts.required(place) or facts.favourable(place)
    return result


class Facts:
    """What is known about the accounts that change, in the order they are given."""

    def __init__(self, plan: Plan, accounts: IntArray, before: Before) -> None:
        problem, criteria = plan.problem, plan.criteria
        self.problem = problem
        self.when = before.when
        self.unit = problem.accounts.unit[accounts]
        self.before = before.of[accounts]
        self.after = plan.alignment.of_accounts(problem)[accounts]
        self.forbidden = {(int(i), int(k)) for i, k in problem.forbidden}
        self.is_split_family = _split_groups(problem, before.of)
        self.limit_km = criteria.max_distance_km
        center = centers(problem, plan.alignment, criteria)
        here, area = problem.accounts.xy[accounts], problem.units.xy[self.unit]
        self.km_before = problem.distance_km(here, center[self.before])
        self.km_after = problem.distance_km(here, center[self.after])
        self.unit_km_before = problem.distance_km(area, center[self.before])
        by_account = accounts_as_units(problem)
        alignment = Alignment(before.of)
        outside = ~inside_band(by_account, alignment, criteria)
        deviation = relative_deviation(by_account, alignment)
        self.over, self.under = (
            [_told(problem, k, outside, deviation, side, before) for k in range(len(deviation))]
            for side in SIDES
        )
        size = np.bincount(problem.accounts.unit, minlength=problem.n_units)
        unit_of_all = problem.accounts.unit
        stays = before.of == plan.alignment.territory_of[unit_of_all]
        kept = np.bincount(unit_of_all[stays], minlength=problem.n_units)
        self.area_size, self.area_kept = size[self.unit], kept[self.unit]

    def required(self, place: int) -> str:
        """Return the criterion that leaves no choice, blank when there is none."""
        problem, unit = self.problem, int(self.unit[place])
        before, after = int(self.before[place]), int(self.after[place])
        if before == NONE:
            return f"nobody serves it {self.when}"
        if problem.locked[unit] == after:
            return f"locked to {self._id(after)}"
        if (unit, before) in self.forbidden:
            return f"may not belong to {self._id(before)}"
        lacking = problem.required_skills[problem.skill_class[unit]]
        lacking -= problem.territories[before].skills
        if lacking:
            return f"{self._id(before)} lacks {', '.join(sorted(lacking))}"
        if self.limit_km is not None and self.unit_km_before[place] > self.limit_km:
            return (
                f"{_shown(self.unit_km_before[place])} from {self._id(before)}, "
                f"over the limit of {_shown(self.limit_km)}"
            )
        if self.is_split_family[unit]:
            return "its account family is kept together"
        return ""

    def favourable(self, place: int) -> str:
        """Return what speaks for the move, side by side."""
        found = [self.balance(place), self.area(place), self.nearer(place)]
        return "; ".join(filter(None, found)) or NO_SINGLE_REASON

    def balance(self, place: int) -> str:
        """Return which of the two territories is outside its band before, blank when none is."""
        before, after = int(self.before[place]), int(self.after[place])
        return self.over[before] or self.under[after]

    def area(self, place: int) -> str:
        """Return how many accounts of its area are the new territory's before; blank for few."""
        kept, size = self.area_kept[place], self.area_size[place]
        if 2 * kept <= size:
            return ""
        return (
            f"{kept} of {size} accounts of its area are {self._id(int(self.after[place]))}'s "
            f"{self.when}"
        )

    def nearer(self, place: int) -> str:
        """Return both distances where the new center is nearer, else blank."""
        if not self.km_before[place] - self.km_after[place] >= NEARER_BY_KM:
            return ""
        before, after = int(self.before[place]), int(self.after[place])
        return (
            f"{_shown(self.km_after[place])} to {self._id(after)} "
            f"instead of {_shown(self.km_before[place])} to {self._id(before)}"
        )

    def _id(self, territory: int) -> str:
        return self.problem.territories[territory].id


def _told(
    problem: Problem,
    territory: int,
    outside: BoolArray,
    deviation: FloatArray,
    side: str,
    before: Before,
) -> str:
    """Return in words how far a territory is outside its band before on that side, or blank."""
    away = deviation[territory] * (1 if side == "over" else -1)
    away = np.where(outside[territory] & (away > 0), away, 0.0)
    if not away.any():
        return ""
    q = int(np.argmax(away))
    value = deviation[territory, q]
    told = f"{value:+.0%}" if np.isfinite(value) else "its target is 0"
    name = problem.measures[q].name
    called = before.ids.get(territory, problem.territories[territory].id)
    return f"{before.beside_band(called, side, name)} ({told})"


def _split_groups(problem: Problem, before: IntArray) -> BoolArray:
    """Return ``(n_units,)``: whether the unit's group is served by several territories before."""
    result = np.zeros(problem.n_units, dtype=np.bool_)
    group = problem.group[problem.accounts.unit]
    inside = (group != NONE) & (before != NONE)
    pairs = np.unique(np.column_stack([group[inside], before[inside]]), axis=0)
    groups, count = np.unique(pairs[:, 0], return_counts=True)
    result[np.isin(problem.group, groups[count > 1])] = True
    return result


def _shown(km: float) -> str:
    return f"{km:,.0f} km" if km >= 10 else f"{km:.1f} km"
