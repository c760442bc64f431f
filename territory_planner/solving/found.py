"""`Found`: what an engine hands back to be proven."""

from __future__ import annotations

from dataclasses import dataclass

from territory_planner.solving.dual import Relaxation
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model


@dataclass(frozen=True, eq=False)
class Found:
    """The best assignment of an engine and what it knows of better ones.

    Parameters
    ----------
    model
        Whose atoms are assigned.
    relaxation
        Where prices and tolls of the plan come from; zeros where none were computed.
    best
        The assignment.
    bound
        Proven lower bound on the objective in km; 0 where none is known.
    """

    model: Model
    relaxation: Relaxation
    best: Outcome
    bound: float
