"""How long a million assignments take into a store and back: ``python -m benchmarks.store``.

The plan is of a drawn world, not a solved one: what is measured is the store. Written is all that a
run records; read back are the rows of the assignments, and the plan itself, bit for bit.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import TextArray
from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.territory import Measure, Territory
from territory_planner.domain.units import Accounts, Units
from territory_planner.store.records import Asked
from territory_planner.store.runs import Store

SIDE_M = 1e6
T = TypeVar("T")


def drawn_plan(n: int, territories: int) -> Plan:
    """Return a plan of accounts drawn at random, each with its nearest of a row of homes."""
    rng = np.random.default_rng(1)
    xy = rng.uniform(0, SIDE_M, (n, 2))
    ids = np.array([f"001A{i:011d}" for i in rng.permutation(n)])
    none = np.full(n, NONE, dtype=np.int32)
    nearest = np.minimum((xy[:, 0] / SIDE_M * territories).astype(np.int32), territories - 1)
    activity = rng.lognormal(2, 1, (n, 2))
    measures = (Measure("workload", "h/yr"), Measure("revenue", "USD/yr"))
    width = SIDE_M / territories
    problem = Problem(
        measures=measures,
        territories=tuple(
            Territory(id=f"T{k:04d}", name=f"Territory {k}", home=(width * (k + 0.5), SIDE_M / 2))
            for k in range(territories)
        ),
        units=Units(ids=ids, xy=xy, named=np.zeros(n, dtype=np.bool_)),
        accounts=Accounts(
            ids=ids,
            names=np.char.add("Account ", ids),
            unit=np.arange(n, dtype=np.int32),
            xy=xy,
            activity=activity,
            current=none,
            placed_by=np.full(n, "coordinates"),
        ),
        target=np.tile(activity.sum(axis=0) / territories, (territories, 1)),
        contiguity=np.empty((0, 2), dtype=np.int32),
        locked=none,
        forbidden=np.empty((0, 2), dtype=np.int32),
        group=none,
        skill_class=np.zeros(n, dtype=np.int32),
    )
    return Plan(
        problem=problem,
        criteria=Criteria({"workload": Band.within(1.0)}),
        options=SolveOptions(),
        alignment=Alignment(nearest),
        objective=1.0,
        bound=0.0,
        stopped="search finished",
        prices=np.zeros((territories, 2)),
    )


def main(words: list[str] | None = None) -> None:
    """Write and read, and print the seconds of each."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--accounts", type=int, default=1_000_000)
    arguments.add_argument("--territories", type=int, default=1_000)
    arguments.add_argument("--store", help="a URL; default: SQLite in a temporary folder")
    given = arguments.parse_args(words)
    plan = drawn_plan(given.accounts, given.territories)
    print(f"{given.accounts:,} accounts, {given.territories:,} territories", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        place = given.store or Path(folder) / "runs.sqlite"
        store = Store.open(place)
        ids = [_timed("written, the plan included", lambda: _written(store, plan))]
        ids += [_timed("written again, as a second run", lambda: _written(store, plan))]
        accounts, territories = _timed("assignments read", lambda: store.assignments(ids[0]))
        back = _timed("plan read", lambda: store.load(ids[0]))
        if back != plan or not _same(plan, accounts, territories):
            raise SystemExit("what was read is not what was written")
        if isinstance(place, Path):
            print(f"{place.stat().st_size / 1e6:,.0f} MB for two runs")


def _written(store: Store, plan: Plan) -> str:
    with store.begin(Asked("benchmark", plan.options, plan.problem)) as run:
        run.finish(plan)
    return run.id


def _same(plan: Plan, accounts: TextArray, territories: TextArray) -> bool:
    order = np.argsort(plan.problem.accounts.ids)
    names = np.array([t.id for t in plan.problem.territories])
    of = plan.alignment.of_accounts(plan.problem)
    return bool(
        (accounts == plan.problem.accounts.ids[order]).all()
        and (territories == names[of[order]]).all()
    )


def _timed(what: str, do: Callable[[], T]) -> T:
    begun = perf_counter()
    result = do()
    print(f"{perf_counter() - begun:6.1f} s  {what}", flush=True)
    return result


if __name__ == "__main__":
    main()
