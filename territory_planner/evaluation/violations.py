"""Which criteria an alignment breaks, in words with numbers: the check every plan must pass."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.balance import band_limits, inside_band, territory_totals
from territory_planner.evaluation.compactness import distance_km
from territory_planner.evaluation.contiguity import pieces
from territory_planner.evaluation.disruption import disruption, lost_shares

TOLERANCE = 1e-9


def violations(problem: Problem, alignment: Alignment, criteria: Criteria) -> list[str]:
    """Return one sentence for each criterion that the alignment breaks; none for a valid plan."""
    return [
        *_unassigned(problem, alignment),
        *_outside_band(problem, alignment, criteria),
        *_in_pieces(problem, alignment, criteria),
        *_over_budget(problem, alignment, criteria),
        *_lost_too_much(problem, alignment, criteria),
        *_not_eligible(problem, alignment),
        *_split_groups(problem, alignment),
        *_too_far(problem, alignment, criteria),
    ]


def _unassigned(problem: Problem, alignment: Alignment) -> list[str]:
    return [
        f"unit {problem.units.ids[i]} has no territory"
        for i in np.flatnonzero(alignment.territory_of == NONE)
    ]


def _outside_band(problem: Problem, alignment: Alignment, criteria: Criteria) -> list[str]:
    lower, upper = band_limits(problem, criteria)
    totals = territory_totals(problem, alignment)
    return [
        f"{problem.measures[q].name} of {problem.territories[k].id} is {totals[k, q]:,.2f} "
        f"{problem.measures[q].unit}, outside [{lower[k, q]:,.2f}, {upper[k, q]:,.2f}]"
        for k, q in np.argwhere(~inside_band(problem, alignment, criteria))
    ]


def _in_pieces(problem: Problem, alignment: Alignment, criteria: Criteria) -> list[str]:
    if not criteria.contiguous:
        return []
    count = pieces(problem, alignment)
    return [
        f"territory {problem.territories[k].id} is in {count[k]} pieces"
        for k in np.flatnonzero(count > 1)
    ]


def _over_budget(problem: Problem, alignment: Alignment, criteria: Criteria) -> list[str]:
    moved = disruption(problem, alignment)
    return [
        f"{moved[problem.measure_index(d.measure)]:.3%} of {d.measure} changes hands, "
        f"over the budget of {d.budget:.3%}"
        for d in criteria.disruption
        if d.budget is not None and moved[problem.measure_index(d.measure)] > d.budget + TOLERANCE
    ]


def _lost_too_much(problem: Problem, alignment: Alignment, criteria: Criteria) -> list[str]:
    limits = [d for d in criteria.disruption if d.per_territory is not None]
    lost = lost_shares(problem, alignment) if limits else np.empty((0, 0))
    return [
        f"{problem.territories[k].id} loses {lost[k, q]:.3%} of its {d.measure}, "
        f"over the {d.per_territory:.3%} that any territory may lose"
        for d in limits
        for q in (problem.measure_index(d.measure),)
        for k in np.flatnonzero(lost[:, q] > (d.per_territory or 0.0) + TOLERANCE)
    ]


def _not_eligible(problem: Problem, alignment: Alignment) -> list[str]:
    of, ids = alignment.territory_of, problem.units.ids
    names = [t.id for t in problem.territories]
    held = of != NONE
    found = [
        f"unit {ids[i]} is locked to {names[problem.locked[i]]} and lies in {names[of[i]]}"
        for i in np.flatnonzero(held & (problem.locked != NONE) & (problem.locked != of))
    ]
    found += [
        f"unit {ids[i]} may not belong to {names[k]}" for i, k in problem.forbidden if of[i] == k
    ]
    served = problem.allowed[problem.skill_class, np.where(held, of, 0)]
    for i in np.flatnonzero(held & ~served):
        skills = ", ".join(sorted(problem.required_skills[problem.skill_class[i]]))
        found.append(f"unit {ids[i]} requires {skills}, which {names[of[i]]} does not have")
    return found


def _split_groups(problem: Problem, alignment: Alignment) -> list[str]:
    members = np.flatnonzero((problem.group != NONE) & (alignment.territory_of != NONE))
    if not members.size:
        return []
    pairs = np.unique(
        np.column_stack([problem.group[members], alignment.territory_of[members]]), axis=0
    )
    groups, count = np.unique(pairs[:, 0], return_counts=True)
    found = []
    for g, n in zip(groups[count > 1], count[count > 1], strict=True):
        example = problem.units.ids[np.flatnonzero(problem.group == g)[0]]
        found.append(f"the group of unit {example} is split over {n} territories")
    return found


def _too_far(problem: Problem, alignment: Alignment, criteria: Criteria) -> list[str]:
    if criteria.max_distance_km is None:
        return []
    distance = distance_km(problem, alignment, criteria)
    limit = criteria.max_distance_km
    return [
        f"unit {problem.units.ids[i]} lies {distance[i]:,.2f} km from the center of "
        f"{problem.territories[alignment.territory_of[i]].id}, over {limit:,.2f} km"
        for i in np.flatnonzero(distance > limit * (1 + TOLERANCE))
        if problem.locked[i] == NONE
    ]
