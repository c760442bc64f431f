"""The neutral change list: for every account, who serves it, who did, and why that changed.

``change`` speaks of the territory:

========== ==========================================================
unchanged  the account stays with today's territory
assign     nobody serves it today
reassign   it goes from one territory to another, vacant or not
unassign   it is left without a territory, which no plan does
========== ==========================================================
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.territory import Territory
from territory_planner.scenarios.reasons import reasons

CHANGES = ("unchanged", "assign", "reassign", "unassign")


def change_of(problem: Problem, alignment: Alignment) -> NDArray[np.str_]:
    """Return ``(n_accounts,)``: one of `CHANGES` for each account."""
    before, after = problem.accounts.current, alignment.of_accounts(problem)
    return np.select(
        [before == after, before == NONE, after == NONE],
        ["unchanged", "assign", "unassign"],
        "reassign",
    )


def assignment_columns(plan: Plan, effective_date: date | None) -> dict[str, NDArray[Any]]:
    """Return the columns of ``assignments.csv``, header to one value an account."""
    problem = plan.problem
    accounts = problem.accounts
    before, after = accounts.current, plan.alignment.of_accounts(problem)
    return {
        "account_id": accounts.ids,
        "account_name": accounts.names,
        "territory_id": of_territory(problem, "id")[after],
        "territory_name": of_territory(problem, "name")[after],
        "owner_id": of_territory(problem, "rep_id")[after],
        "owner_email": of_territory(problem, "email")[after],
        "previous_territory_id": of_territory(problem, "id")[before],
        "previous_owner_id": of_territory(problem, "rep_id")[before],
        "previous_owner_email": of_territory(problem, "email")[before],
        "change": change_of(problem, plan.alignment),
        "effective_date": np.full(len(accounts), iso(effective_date)),
        "reason": reasons(plan),
    }


def of_territory(problem: Problem, field: str) -> NDArray[np.object_]:
    """Return ``(n_territories + 1,)`` texts of one field of `Territory`, blank where it has none.

    The last entry is blank and is the one that the index ``NONE`` finds.
    """
    texts = [_text(territory, field) for territory in problem.territories]
    return np.array([*texts, ""], dtype=object)


def iso(day: date | None) -> str:
    """Return a day as year-month-day, blank when none was given."""
    return "" if day is None else day.isoformat()


def _text(territory: Territory, field: str) -> str:
    value = getattr(territory, field)
    return "" if value is None else str(value)
