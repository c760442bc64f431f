"""`Routed`: leads with the territories that they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.arrays import IntArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE

ADDED = ("territory_id", "territory", "rep", "email", "rule", "reason")
NOT_ROUTED = ""


@dataclass(frozen=True, eq=False)
class Routed:
    """Leads with the territories that they belong to.

    Parameters
    ----------
    plan
        The plan whose rules they were routed by.
    columns
        Header to texts: the leads as they came.
    places
        ``(n_leads,)`` where a person finds each: "line 4 (L17)".
    territory
        ``(n_leads,)`` index of the territory, ``NONE`` for a lead that was not routed.
    rule, reason
        ``(n_leads,)`` which rule decided ("" for none), and why in words.
    notes
        What was assumed.
    """

    plan: Plan
    columns: Mapping[str, list[str]]
    places: tuple[str, ...]
    territory: IntArray
    rule: NDArray[np.object_]
    reason: NDArray[np.object_]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.territory)

    @property
    def counts(self) -> dict[str, int]:
        """How many leads each rule decided, the most first; "" for those not routed."""
        return dict(Counter(self.rule.tolist()).most_common())

    @property
    def not_routed(self) -> IntArray:
        """The rows of the leads that were not routed."""
        return np.flatnonzero(self.territory == NONE).astype(np.int32)

    def added(self) -> dict[str, list[str]]:
        """Return the columns that routing adds, "routed_" before a header that is taken."""
        blank = ("", "", "", "")
        said = [(t.id, t.name, t.rep or "", t.email or "") for t in self.plan.problem.territories]
        rows = [blank if k == NONE else said[k] for k in self.territory.tolist()]
        values = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
        values += [self.rule.tolist(), self.reason.tolist()]
        taken = {header.casefold() for header in self.columns}
        heads = [f"routed_{name}" if name in taken else name for name in ADDED]
        return dict(zip(heads, values, strict=True))
