"""Plans drawn by hand for the tests of the exports."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import Problem
from tests.worlds import grid_problem

LAEA = "+proj=laea +lat_0=40 +lon_0=-100 +datum=WGS84 +units=m +no_defs"


def plan_of(problem: Problem, letters: str, criteria: Criteria | None = None) -> Plan:
    """Return a plan over the problem that gives each unit the territory its letter says."""
    return Plan(
        problem=problem,
        criteria=criteria or Criteria({"workload": Band.within(0.1)}),
        options=SolveOptions(),
        alignment=Alignment(np.array([ord(c) - ord("A") for c in letters.replace("/", "")])),
        objective=1.5,
        bound=1.25,
        stopped="time limit",
        prices=np.zeros(problem.target.shape),
    )


def moving_plan() -> Plan:
    """Return a plan with one account of every kind of change a plan can make."""
    problem = grid_problem("1111", current="AAB.", potential="1234")
    return plan_of(replace(problem, crs=LAEA), "ABBB")


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file, header to text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
