"""`HoldOver`: which open opportunities stay with the outgoing owner, and until when.

Only opportunities of an account that changes owner are looked at, and only those that its outgoing
owner has: what somebody else works on is not ours to move.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Literal, NoReturn

from territory_planner.crm.connector import Opportunity
from territory_planner.errors import Fault, InputError


@dataclass(frozen=True)
class HoldOver:
    """What happens to open opportunities when their account changes owner.

    Parameters
    ----------
    policy
        "move" with the account, "keep" with the outgoing owner, or "hold" there until a day.
    until
        The day on which held ones move; with "hold" alone.
    stages, from_amount
        Keep or hold only those in one of these stages, and of this amount at least; the others
        move. Empty and None for all.
    """

    policy: Literal["keep", "move", "hold"]
    until: date | None = None
    stages: frozenset[str] = frozenset()
    from_amount: float | None = None

    def stays(self, opportunity: Opportunity) -> bool:
        """Return whether it stays with the outgoing owner for now."""
        if self.policy == "move":
            return False
        if self.stages and opportunity.stage.casefold() not in self.stages:
            return False
        return self.from_amount is None or opportunity.amount >= self.from_amount


def hold_over(
    text: str,
    stages: list[str] | None = None,
    from_amount: float | None = None,
    effective_date: date | None = None,
) -> HoldOver:
    """Return the policy that a text says: "keep", "move" or "hold until 2027-03-31".

    Raises
    ------
    InputError
        When it says none of them, or the day is no later than the effective date.
    """
    small = frozenset(stage.strip().casefold() for stage in stages or ())
    if from_amount is not None and not isfinite(from_amount):
        _refuse(f"{from_amount} is no amount")
    words = re.sub(r"[\s:_]+", " ", text.strip().casefold())
    if words == "move":
        if small or from_amount is not None:
            _refuse("stages and an amount say what stays, and with move nothing does. Give keep, "
                    "or hold until a day")  # fmt: skip
        return HoldOver("move")
    if words == "keep":
        return HoldOver("keep", None, small, from_amount)
    found = re.fullmatch(r"hold until (\d{4}-\d{2}-\d{2})", words)
    if found is None:
        _refuse(f"{text!r} is no policy. Give keep, move, or 'hold until 2027-03-31'")
    try:
        until = date.fromisoformat(found[1])
    except ValueError:
        _refuse(f"{found[1]} is no day. Write it as year-month-day: 2027-03-31")
    if effective_date is not None and until <= effective_date:
        _refuse(f"held until {until}, though the plan holds from {effective_date} only. Give a "
                "later day")  # fmt: skip
    return HoldOver("hold", until, small, from_amount)


def _refuse(message: str) -> NoReturn:
    raise InputError([Fault("--opportunities", f"{message}.")])
