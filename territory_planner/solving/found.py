"""`Found`: what an engine hands back to be proven, and `judged`: what it is worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.objective import objective
from territory_planner.evaluation.violations import violations
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


def judged(problem: Problem, criteria: Criteria, model: Model, of: IntArray) -> float:
    """Return the objective in km that the evaluation tells of an assignment of atoms.

    Infinite when it breaks a criterion.
    """
    alignment = Alignment(of[model.atom_of])
    if violations(problem, alignment, criteria):
        return np.inf
    return objective(problem, alignment, criteria)
