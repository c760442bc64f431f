"""Headcount: the edits that give a problem another number of territories.

More territories are vacant ones whose centers are free: they stand where they serve best. Fewer are
reached by closing those that hold least of the first measure today; one that a unit is locked to
stays, and the next is closed in its place.
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.problem import Problem
from territory_planner.domain.scenario import CloseTerritory, Edit, OpenTerritory
from territory_planner.evaluation.disruption import held_today
from territory_planner.scenarios.edit import EditError
from territory_planner.solving.number import vacancies

MOST = 12
"""Territories that are named in a sentence; of more, their number is told."""


def headcount_edits(problem: Problem, number: int) -> tuple[Edit, ...]:
    """Return the edits that make it that many territories.

    Raises
    ------
    EditError
        When so many are locked to that too few can be closed.
    """
    missing = number - problem.n_territories
    if missing >= 0:
        return tuple(
            OpenTerritory(t.id, t.name, share=t.share, skills=tuple(sorted(t.skills)))
            for t in vacancies(problem, missing)
        )
    order = np.argsort(held_today(problem)[:, 0], kind="stable")
    free = order[~np.isin(order, problem.locked)]
    if len(free) < -missing:
        raise EditError(
            f"{number} territories cannot be had: {problem.n_territories - len(free)} of "
            f"{problem.n_territories} have locks and cannot be closed. Release some, or ask for "
            "more territories."
        )
    return tuple(CloseTerritory(problem.territories[k].id) for k in free[:-missing].tolist())


def headcount_in_words(problem: Problem, edits: tuple[Edit, ...]) -> str:
    """Return what the edits open or close, as a sentence."""
    opened = [edit.territory for edit in edits if isinstance(edit, OpenTerritory)]
    closed = [edit.territory for edit in edits if isinstance(edit, CloseTerritory)]
    if opened:
        return f"{_listed(opened)} opened: vacant, with a center where it serves best"
    if closed:
        least = problem.measures[0].name
        return (
            f"{_listed(closed)} closed: least {least} today, and no lock. What they held counts as "
            "served by nobody, so that it is not among what changes hands"
        )
    return "as today"


def _listed(ids: list[str]) -> str:
    if len(ids) > MOST:
        return f"{', '.join(ids[:MOST])} and {len(ids) - MOST:,} more"
    return f"{', '.join(ids[:-1])} and {ids[-1]}" if len(ids) > 1 else ids[0]
