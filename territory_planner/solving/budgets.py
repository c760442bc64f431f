"""Budgets (3): how much of a measure may change hands in all, and how much one territory may lose.

Each is a row: a limit, and for every pair of unit and territory the share that it takes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import NONE, Problem
from territory_planner.errors import TerritoryPlannerError
from territory_planner.evaluation.disruption import held_shares, moved_shares

MOST_SHARES = 300_000_000
"""Pairs times rows, 8 bytes each, that are held at once."""


@dataclass(frozen=True)
class Budget:
    """One row of (3).

    Parameters
    ----------
    entry
        Index of the disruption entry it comes from.
    limit
        The largest share, 0–1.
    territory
        The territory whose loss is limited; ``NONE`` where it is all that moves.
    """

    entry: int
    limit: float
    territory: int = NONE


def budgets(problem: Problem, criteria: Criteria) -> list[Budget]:
    """Return the rows of (3): first those of all that moves, then those of each territory."""
    wishes = list(enumerate(criteria.disruption))
    found = [Budget(d, wish.budget) for d, wish in wishes if wish.budget is not None]
    for d, wish in wishes:
        if wish.per_territory is None or wish.per_territory >= 1:
            continue
        held = held_shares(problem, problem.measure_index(wish.measure))
        some = np.unique(held.indices)
        found += [Budget(d, wish.per_territory, int(k)) for k in some]
    return found


def taken(
    problem: Problem,
    criteria: Criteria,
    rows: list[Budget],
    unit: IntArray,
    territory: IntArray | None,
) -> FloatArray:
    """Return ``(n_pairs, n_budgets)``: the share of each row that a pair takes.

    Parameters
    ----------
    territory
        ``(n_pairs,)`` where the units go; None where they go to nobody who has them today.

    Raises
    ------
    TerritoryPlannerError
        When there are too many pairs and rows to be held at once.
    """
    if len(unit) * len(rows) > MOST_SHARES:
        raise TerritoryPlannerError(
            f"A limit on what each territory may lose takes {len(rows):,} numbers for each of "
            f"{len(unit):,} pairs of unit and territory, more than can be held at once. Plan by "
            "area instead of by account, or set a budget over all territories in its place."
        )
    result = np.zeros((len(unit), len(rows)))
    by_entry: dict[int, list[int]] = {}
    for r, row in enumerate(rows):
        measure = problem.measure_index(criteria.disruption[row.entry].measure)
        if row.territory == NONE:
            result[:, r] = moved_shares(problem, unit, territory, measure)
        else:
            by_entry.setdefault(row.entry, []).append(r)
    for entry, columns in by_entry.items():
        measure = problem.measure_index(criteria.disruption[entry].measure)
        of = np.array([rows[r].territory for r in columns])
        lost = held_shares(problem, measure)[:, of][unit].toarray()
        if territory is not None:
            lost[territory[:, None] == of] = 0.0
        result[:, columns] = lost
    return result
