"""What two plans were given that differs: territories, homes, shares, reps, locks, activity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.problem import NONE
from territory_planner.scenarios.difference_reasons import changed_territory
from territory_planner.scenarios.differences import Differences
from territory_planner.scenarios.side import Side

SHOWN = 5
"""Examples that are named before the rest is counted."""


def facts_that_differ(found: Differences) -> tuple[str, ...]:
    """Return sentences, none where both sides were given the same facts."""
    before, after = found.before, found.after
    if before.is_today:
        return ()
    theirs, ours = before.problem.territories, after.problem.territories
    lone_before = np.setdiff1d(found.joint_before, found.joint_after)
    lone_after = np.setdiff1d(found.joint_after, found.joint_before)
    told = []
    for lone, side in ((lone_before, before), (lone_after, after)):
        if len(lone):
            told.append(f"Only {side.name} has {_named([found.ids[j] for j in lone])}.")
    changed = []
    for k, j in enumerate(found.joint_after):
        same = np.flatnonzero(found.joint_before == j)
        if len(same):
            was = theirs[int(same[0])]
            changed += changed_territory(was, ours[k], after.name)
            if was.rep_id != ours[k].rep_id:
                held, holds = was.rep or was.rep_id, ours[k].rep or ours[k].rep_id
                changed.append(
                    f"{ours[k].id} is {holds or 'vacant'} in {after.name} instead of "
                    f"{held or 'vacant'}"
                )
    told += [f"{line[0].upper()}{line[1:]}." for line in changed[:SHOWN]]
    if len(changed) > SHOWN:
        told.append(f"{len(changed) - SHOWN:,} more homes, shares or reps differ.")
    told += _pairs(found)
    told += _todays(found)
    for q, measure in enumerate(after.problem.measures):
        less = before.problem.accounts.activity[found.same_before, q]
        more = after.problem.accounts.activity[found.same_after, q]
        differs = int((less != more).sum())
        if differs:
            told.append(
                f"The {measure.name} of {differs:,} of {found.shared:,} accounts differs: "
                f"{more.sum():,.0f} {measure.unit} in {after.name} instead of {less.sum():,.0f}."
            )
    return tuple(told)


def _todays(found: Differences) -> list[str]:
    """Return that both plans count from another alignment, where they do."""
    before, after = found.before, found.after
    one = _today(before, found.joint_before, found.same_before)
    other = _today(after, found.joint_after, found.same_after)
    count = int(((one != other) & (one != NONE) & (other != NONE)).sum())
    if not count:
        return []
    return [
        f"{count:,} of {found.shared:,} accounts {'lies' if count == 1 else 'lie'} elsewhere today "
        f"in {after.name} than in {before.name}: what changes hands is counted from another "
        f"alignment, and the column of today is that of {before.name}."
    ]


def _today(side: Side, joint: IntArray, shared: IntArray) -> IntArray:
    """Return where accounts of both sides lie today, in territories of both; ``NONE`` nowhere."""
    current = side.problem.accounts.current[shared]
    return np.where(current == NONE, NONE, joint[current])


def _pairs(found: Differences) -> list[str]:
    """Return which locks and forbidden pairs only one of the plans has, by unit and territory."""
    told = []
    for kind in ("lock", "forbidden pair"):
        pairs = [_of(kind, side) for side in (found.before, found.after)]
        one, other = pairs
        for side, mine, theirs in ((found.before, one, other), (found.after, other, one)):
            lone = [f"{unit} in {k}" for unit, k in sorted(mine - theirs)]
            if lone:
                word = kind if len(lone) == 1 else f"{kind}s"
                told.append(f"Only {side.name} has the {word} {_named(lone)}.")
    return told


def _of(kind: str, side: Side) -> set[tuple[str, str]]:
    problem = side.problem
    if kind == "lock":
        units = np.flatnonzero(problem.locked != NONE)
        pairs = [(int(i), int(problem.locked[i])) for i in units]
    else:
        pairs = [(int(i), int(k)) for i, k in problem.forbidden]
    return {(str(problem.units.ids[i]), problem.territories[k].id) for i, k in pairs}


def _named(names: Sequence[str]) -> str:
    """Return names in a sentence, the first few and how many more."""
    if len(names) > SHOWN:
        return f"{', '.join(names[:SHOWN])} and {len(names) - SHOWN:,} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
