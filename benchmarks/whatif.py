"""What-if on the sample project: how long each question takes, and what it answers.

``python -m benchmarks.whatif [PROJECT] [--only 1 6 7]`` asks the eight kinds of questions that the
README tells of, in that order: scenarios of one edit begun at the project's plan, comparing, the
frontier, a sweep, the store, why, repair, and whether it lasts. It prints a line or more for each.
Pages are written to ``--out`` where that is given; the project's own files stay as they are.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import TypeVar

import numpy as np

import territory_planner as tp
from benchmarks import store as store_benchmark
from benchmarks import sweep as sweep_benchmark
from territory_planner.config import Settings
from territory_planner.domain.problem import NONE
from territory_planner.domain.scenario import (
    CloseTerritory,
    Edit,
    Lock,
    OpenTerritory,
    Scale,
    Scenario,
    SetShare,
)
from territory_planner.evaluation.disruption import moved_accounts
from territory_planner.scenarios.dominant import moves
from territory_planner.scenarios.frontier import Tradeoff
from territory_planner.solving import prepare
from territory_planner.store.replay import replay
from territory_planner.workflow.frontier import plan_frontier

SAMPLE = Path("data/us-field-sales/plan.toml")
SMALL = Path("territory_planner/sample/plan.toml")
FRONTIER_S = 600.0
REPAIRS, TABLES = 4, (5, 20, 60)
Answer = TypeVar("Answer")


class Questions:
    """One project, its plan, and what is asked of them."""

    def __init__(self, project: Path, out: Path) -> None:
        self.settings = replace_store(tp.read_settings(project))
        self.out = out
        self.problem = tp.read_problem(self.settings)
        self.criteria, self.options = self.settings.criteria(), self.settings.solve_options()
        # No question is to pay for compiling the search.
        prepare(self.criteria)
        self.base, self.seconds = timed(
            "base", lambda: tp.solve(self.problem, self.criteria, self.options)
        )
        told(self.base)
        self.others: dict[str, tp.Plan] = {}

    def scenarios(self) -> None:
        """1: one edit each, begun at the base and from nothing; the shares of both times."""
        for name, edit in self.edits().items():
            problem, wishes = tp.apply(self.problem, self.criteria, Scenario(name, (edit,)))
            try:
                plan, seconds = timed(
                    name, partial(tp.solve, problem, wishes, self.options, start=self.base)
                )
            except tp.TerritoryPlannerError as error:
                print(f"  {str(error).splitlines()[0]}")
                continue
            told(plan)
            print(f"  {seconds / self.seconds:.0%} of the base's time")
            anew, longer = timed(
                "  the same from nothing", partial(tp.solve, problem, wishes, self.options)
            )
            told(anew)
            print(f"  {seconds / longer:.0%} of that time")
            self.others[name] = plan

    def edits(self) -> dict[str, Edit]:
        """Return an edit of each common kind."""
        free = ~np.isin(np.arange(self.problem.n_territories), self.problem.locked)
        last = self.problem.territories[int(np.flatnonzero(free)[-1])].id
        account, rep = self.contested(1)[0]
        return {
            f"{last} leaves": CloseTerritory(last),
            f"{last} works half": SetShare(last, 0.5),
            f"potential of {last} grows by 30%": Scale(self.problem.measures[1].name, 0.3, last),
            f"{account} stays with {rep}": Lock(account, rep),
            "a hire in Denver": OpenTerritory("D1", "Denver", 39.74, -104.98, rep_id="R99"),
        }

    def contested(self, count: int) -> list[tuple[str, str]]:
        """Return accounts that the base moves, spread over all of them, and today's territory."""
        moved = np.flatnonzero(moved_accounts(self.problem, self.base.alignment))
        moved = moved[self.problem.accounts.current[moved] != NONE]
        chosen = moved[np.linspace(0, len(moved) - 1, count + 2).astype(int)[1:-1]]
        today = self.problem.accounts.current[chosen]
        ids = self.problem.accounts.ids[chosen]
        return [(str(a), self.problem.territories[k].id) for a, k in zip(ids, today, strict=True)]

    def comparing(self) -> None:
        """2: the base, its scenarios and today, as one page."""
        plans = {"base": self.base, **dict(list(self.others.items())[:2])}
        comparison, _ = timed(
            f"compare {len(plans)} plans and today",
            lambda: tp.compare(list(plans.values()), list(plans)),
        )
        page, _ = timed(
            "its page", lambda: tp.write_comparison(comparison, self.out / "compare.html")
        )
        print(f"  {page.stat().st_size / 1e6:.1f} MB")

    def frontier(self) -> None:
        """3: balance, travel and disruption."""
        options = replace(self.options, time_limit_s=FRONTIER_S)
        found, _ = timed(
            "frontier, its reports included",
            lambda: plan_frontier(
                self.settings, Tradeoff(is_robust=True), self.out / "frontier", options
            ),
        )
        best = [point.plan for point in found.frontier.best if point.plan is not None]
        gaps = [plan.gap for plan in best]
        missing = sum(point.plan is None for point in found.frontier.points)
        print(
            f"  {len(best)} plans that none dominates, gaps {min(gaps):.2%} to {max(gaps):.2%}, "
            f"{missing} levels without a plan"
        )

    def sweep(self) -> None:
        """4: one worker and two, on the small sample."""
        sweep_benchmark.main([])

    def store(self) -> None:
        """5: a million assignments, and a run of the small sample made again."""
        store_benchmark.main([])
        settings = tp.read_settings(SMALL)
        problem, criteria = tp.read_problem(settings), settings.criteria()
        with tempfile.TemporaryDirectory() as folder:
            runs = tp.Store.open(Path(folder) / "runs.sqlite")
            options = tp.SolveOptions(time_limit_s=60.0, seed=1, workers=1)
            with runs.begin(tp.Asked("sample", options, problem)) as run:
                run.finish(tp.solve(problem, criteria, options))
            again, _ = timed("replay of the small sample", lambda: replay(runs, run.id))
            print(f"  the same plan: {again.is_same}")

    def why(self) -> None:
        """6: one account, and all."""
        account, rep = self.contested(3)[1]
        found, _ = timed(f"why {account}", lambda: tp.why(self.base, account))
        if found.kept is None:
            print(f"  cannot stay with {rep}: {found.clash.splitlines()[0]}")
        else:
            cost = 1000 * (found.kept.objective - self.base.objective)
            print(f"  staying with {rep} costs {cost:+.1f} m, {found.others} other accounts differ")
        every, _ = timed("why all moves", lambda: moves(self.base))
        print(f"  {', '.join(f'{kind} {n}' for kind, n in every.counts.items())}")

    def repair(self) -> None:
        """7: edits, each given back to today's rep, one by one in two measures; and in tables."""
        first, last = self.problem.measures[0].name, self.problem.measures[-1].name
        singles = [{account: rep} for account, rep in self.contested(REPAIRS)]
        tables = [dict(self.contested(count)) for count in TABLES]
        asked = [*product(singles, (first, last)), *product(tables, (first,))]
        for edits, measure in asked:
            account, rep = next(iter(edits.items()))
            what = f"{account}={rep}" if len(edits) == 1 else f"a table of {len(edits)} edits"
            try:
                mended, _ = timed(
                    f"repair {what} by {measure}", partial(tp.repair, self.base, edits, measure)
                )
            except tp.TerritoryPlannerError as error:
                print(f"  {str(error).splitlines()[0]}")
                continue
            print(
                f"  {len(mended.moved)} other accounts move, {mended.stage.moved:.3%} of "
                f"{measure}, at least {mended.stage.bound:.3%}"
                f"{', proven' if mended.is_proven else ''}"
            )

    def stress(self) -> None:
        """8: leavers and demand."""
        drawn, _ = timed(
            "stress, 3 leavers, demand 0.2, 500 draws",
            lambda: tp.stress(self.base, 3, 0.2, draws=500),
        )
        print(f"  {drawn.expected_out:.1f} territories out of a band on average")
        tp.write_stress(self.base, drawn, self.out / "stress.html")


def replace_store(settings: Settings) -> Settings:
    """Return the settings without a store: the project's own is not ours to write to."""
    return replace(settings, store=replace(settings.store, keep=False))


def told(plan: tp.Plan) -> None:
    """Print how good a plan is."""
    print(f"  {plan.objective:.3f} km, gap {plan.gap:.2%}", flush=True)


def timed(name: str, run: Callable[[], Answer]) -> tuple[Answer, float]:
    """Return what a call returns and its seconds, and print them."""
    began = time.perf_counter()
    answer = run()
    seconds = time.perf_counter() - began
    print(f"{name}: {seconds:.1f} s", flush=True)
    return answer, seconds


def main(words: list[str] | None = None) -> int:
    """Print the lines."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whatif", description=__doc__)
    parser.add_argument("project", type=Path, nargs="?", default=SAMPLE, metavar="PROJECT")
    parser.add_argument("--only", type=int, nargs="+", choices=range(1, 9), default=range(1, 9))
    parser.add_argument("--out", type=Path, help="a folder for the pages")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        asked = Questions(given.project, given.out or Path(folder))
        every = (
            asked.scenarios, asked.comparing, asked.frontier, asked.sweep, asked.store, asked.why,
            asked.repair, asked.stress,
        )  # fmt: skip
        for number in given.only:
            question = every[number - 1]
            print(f"\n{question.__doc__}", flush=True)
            question()
    return 0


if __name__ == "__main__":
    sys.exit(main())
