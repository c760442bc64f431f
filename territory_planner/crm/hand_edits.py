"""What the field has changed in the CRM since the plan's data were read."""

from __future__ import annotations

from collections.abc import Mapping

from territory_planner.crm.change import Mark, Value
from territory_planner.crm.connector import User
from territory_planner.crm.findings import Finding
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE


class HandEdits:
    """Accounts that somebody has given to somebody else since the plan's data were read."""

    def __init__(self, plan: Plan, users: Mapping[str, User]) -> None:
        problem = plan.problem
        of = [users.get(territory.rep_id or "") for territory in problem.territories]
        ids = [user.id if user else "" for user in of]
        self.before = [ids[k] if k != NONE else "" for k in problem.accounts.current.tolist()]
        self.reps = frozenset(filter(None, ids))
        self.cases: list[str] = []

    def is_one(self, row: int, held: Value, new: Value) -> bool:
        """Return whether an owner is neither the plan's nor the one that the plan began with."""
        if held == new or isinstance(held, Mark):
            return False
        before = self.before[row]
        return held != before if before else held in self.reps

    def add(self, record_id: str, name: str, held: Value) -> None:
        """Keep one to be told."""
        self.cases.append(f"{record_id} ({name}, owner {held})")

    def found(self) -> list[Finding]:
        """Return all of them as one finding."""
        if not self.cases:
            return []
        return [
            Finding(
                "hand edit",
                "accounts with another owner than when the plan's data were read, which are left "
                "alone",
                "Pull and plan again, or write over them with --overwrite-hand-edits.",
                tuple(self.cases),
                is_fault=False,
            )
        ]
