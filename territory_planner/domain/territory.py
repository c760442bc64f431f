"""`Measure` and `Territory`: what is balanced, who serves it, and how much of it is fair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from territory_planner.domain.arrays import FloatArray


@dataclass(frozen=True)
class Measure:
    """An activity measure that territories are balanced on or disruption is counted in.

    Parameters
    ----------
    name, unit
        What it is called, and what it is counted in.
    target
        Whether territories are to have of it by their "share", or "equal" parts.
    """

    name: str
    unit: str
    target: Literal["share", "equal"] = "share"


@dataclass(frozen=True)
class Territory:
    """What one rep is responsible for.

    Parameters
    ----------
    id, name
        The key in every file, and what people call it.
    home
        The rep's home base in metres of the problem's projection; None leaves the center free.
    share
        The weight of this territory when targets are set: the rep's capacity, any unit.
    rep_id, rep, email
        The rep in the CRM; all None when the territory is vacant.
    manager
        The rep's manager, None when not given.
    skills
        What the rep is able to serve.
    """

    id: str
    name: str
    home: tuple[float, float] | None = None
    share: float = 1.0
    rep_id: str | None = None
    rep: str | None = None
    email: str | None = None
    manager: str | None = None
    skills: frozenset[str] = frozenset()

    @property
    def is_vacant(self) -> bool:
        """Whether no rep holds this territory."""
        return self.rep_id is None


def fair_targets(measures: Sequence[Measure], share: FloatArray, total: FloatArray) -> FloatArray:
    """Return ``(n_territories, n_measures)``: total × share / sum of shares, or total / number.

    Parameters
    ----------
    share
        ``(n_territories,)`` capacity of each territory.
    total
        ``(n_measures,)`` all activity.
    """
    equal = np.full(len(share), 1 / len(share))
    by_share = share / share.sum()
    part = np.column_stack([equal if m.target == "equal" else by_share for m in measures])
    target: FloatArray = part * total
    return target
