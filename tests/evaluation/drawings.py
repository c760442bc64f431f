"""Drawn alignments, and a world whose areas hold several accounts or none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.problem import NONE, Problem
from tests.worlds import grid_problem


def drawn(letters: str) -> Alignment:
    """Return the alignment of letters: A is territory 0, ``.`` none; ``/`` parts rows."""
    return Alignment(
        np.array([NONE if c == "." else ord(c) - ord("A") for c in letters.replace("/", "")])
    )


def without_home(problem: Problem, k: int) -> Problem:
    """Return the problem with one territory's home unknown."""
    territories = list(problem.territories)
    territories[k] = replace(territories[k], home=None)
    return replace(problem, territories=tuple(territories))


def with_target(problem: Problem, *rows: tuple[float, ...]) -> Problem:
    """Return the problem with these targets, one row a territory."""
    return replace(problem, target=np.array(rows))


def area_problem() -> Problem:
    """Return three areas 1 km apart in a row, with homes in the first and the last.

    ======== ===== ============= ======== =====
    account  area  place in km   workload today
    ======== ===== ============= ======== =====
    A0       U0    (0, 0)        1        T1
    A1       U0    (0, 3)        3        T2
    A2       U1    (1, 0)        2        T1
    ======== ===== ============= ======== =====
    """
    problem = grid_problem("132", current="ABA")
    places = np.array([[0.0, 0.0], [0.0, 3000.0], [1000.0, 0.0]])
    return replace(problem, accounts=replace(problem.accounts, unit=np.array([0, 0, 1]), xy=places))
