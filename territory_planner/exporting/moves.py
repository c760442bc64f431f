"""The move list: every account that changes territory, with its dominant reason and its parts."""

from __future__ import annotations

from pathlib import Path

from territory_planner.domain.plan import Plan
from territory_planner.exporting.assignments import of_territory
from territory_planner.exporting.spreadsheet import write_table
from territory_planner.scenarios.dominant import Moves
from territory_planner.scenarios.reasons import reasons


def write_moves(plan: Plan, found: Moves, path: Path) -> int:
    """Write the move list as CSV, whole or not at all, and return the number of rows.

    The three parts are in km of the objective: what speaks for the move of the account's unit at
    the plan's prices, and below 0 against it.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    problem, rows = plan.problem, found.accounts
    ids = of_territory(problem, "id")
    columns = {
        "account_id": problem.accounts.ids[rows],
        "account_name": problem.accounts.names[rows],
        "previous_territory_id": ids[problem.accounts.current[rows]],
        "territory_id": ids[plan.alignment.of_accounts(problem)[rows]],
        "dominant_reason": found.kind,
        "travel_km": found.travel,
        "giver_km": found.giver,
        "taker_km": found.taker,
        "reason": reasons(plan)[rows],
    }
    return write_table(path, columns)
