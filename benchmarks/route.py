"""Routing: how long 10,000 leads take, on the sample plan and on one of many single accounts.

``python -m benchmarks.route [PLAN] [--leads N] [--accounts N]`` draws leads all over the plan's
map (most with a postal code, some with a point alone, some with a parent or a skill), routes them
from a CSV file to a CSV file as the command line does, and prints a line for each plan. Without a
plan the sample project is planned first. ``--accounts`` adds a plan whose units are that many
accounts, scattered round those of the given one, and leads of which each has a point.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import territory_planner as tp
from territory_planner.domain.problem import NONE
from territory_planner.domain.units import Accounts, Units
from territory_planner.exporting.spreadsheet import write_table
from territory_planner.geography.projection import to_lonlat
from territory_planner.salesops.rules import area_units

SAMPLE = Path("data/us-field-sales/plan.toml")
SCATTER_M = 3_000.0


def main(words: Sequence[str] | None = None) -> int:
    """Print the lines."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.route", description=__doc__)
    parser.add_argument("plan", type=Path, nargs="?", metavar="PLAN")
    parser.add_argument("--leads", type=int, default=10_000)
    parser.add_argument("--accounts", type=int, default=0)
    given = parser.parse_args(words)
    plan = tp.load_plan(given.plan) if given.plan else _planned()
    timed(plan, given.leads)
    if given.accounts:
        timed(of_accounts(plan, given.accounts), given.leads)
    return 0


def timed(plan: tp.Plan, n: int, seed: int = 1) -> float:
    """Route drawn leads, print how long each part took, and return the seconds of all."""
    with TemporaryDirectory() as folder:
        leads, routed = Path(folder) / "leads.csv", Path(folder) / "routed.csv"
        write_table(leads, drawn_leads(plan, n, seed))
        start = time.perf_counter()
        found = tp.route(plan, leads)
        middle = time.perf_counter()
        write_table(routed, {**found.columns, **found.added()}, kept=found.columns)
        seconds = time.perf_counter() - start
    problem = plan.problem
    told = ", ".join(f"{rule or 'not routed'} {count:,}" for rule, count in found.counts.items())
    print(
        f"{n:,} leads, plan of {problem.n_accounts:,} accounts and {problem.n_territories:,} "
        f"territories: {seconds:.2f} s, of which writing {seconds - middle + start:.2f} s ({told})"
    )
    return seconds


def drawn_leads(plan: tp.Plan, n: int, seed: int) -> dict[str, list[str]]:
    """Return leads near the plan's units: by postal code or point, some with a parent or skill."""
    rng = np.random.default_rng(seed)
    problem = plan.problem
    areas = area_units(problem)
    unit = rng.choice(areas if areas.size else np.arange(problem.n_units), n)
    lonlat = to_lonlat(problem.crs, problem.units.xy[unit] + rng.normal(0, SCATTER_M, (n, 2)))
    kind = rng.random(n)
    by_code = (kind < 0.6) & bool(areas.size)
    parents = rng.choice(problem.accounts.ids, n)
    skills = sorted({s for t in problem.territories for s in t.skills}) or [""]
    skill = rng.choice(np.array(skills), n)
    return {
        "lead_id": [f"L{i:06d}" for i in range(n)],
        "company": [f"Lead {i}" for i in range(n)],
        "postal_code": np.where(by_code, problem.units.ids[unit], "").tolist(),
        "latitude": ["" if c else f"{y:.5f}" for c, y in zip(by_code, lonlat[:, 1], strict=True)],
        "longitude": ["" if c else f"{x:.5f}" for c, x in zip(by_code, lonlat[:, 0], strict=True)],
        "parent": np.where((kind > 0.5) & (kind < 0.65), parents, "").tolist(),
        "skills": np.where(kind > 0.9, skill, "").tolist(),
    }


def of_accounts(plan: tp.Plan, n: int, seed: int = 1) -> tp.Plan:
    """Return a plan whose units are many accounts, each where one of the plan's has its like."""
    rng = np.random.default_rng(seed)
    problem, of = plan.problem, plan.alignment.of_accounts(plan.problem)
    like = rng.integers(0, problem.n_accounts, n)
    xy = problem.accounts.xy[like] + rng.normal(0, SCATTER_M, (n, 2))
    none = np.full(n, NONE, dtype=np.int32)
    ids = np.array([f"B{i:07d}" for i in range(n)])
    scale = n / problem.n_accounts
    many = replace(
        problem,
        units=Units(ids, xy, np.zeros(n, dtype=np.bool_)),
        accounts=Accounts(
            ids,
            problem.accounts.names[like],
            np.arange(n, dtype=np.int32),
            xy,
            problem.accounts.activity[like],
            none,
            np.full(n, "coordinates"),
        ),
        target=problem.target * scale,
        contiguity=np.empty((0, 2), dtype=np.int32),
        locked=none,
        forbidden=np.empty((0, 2), dtype=np.int32),
        group=none,
        skill_class=np.zeros(n, dtype=np.int32),
        backdrop={},
    )
    return replace(plan, problem=many, alignment=tp.Alignment(of[like]))


def _planned() -> tp.Plan:
    settings = tp.read_settings(SAMPLE)
    problem, criteria = tp.read_problem(settings), settings.criteria()
    return tp.solve(problem, criteria, settings.solve_options())


if __name__ == "__main__":
    sys.exit(main())
