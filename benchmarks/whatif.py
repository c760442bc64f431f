"""What-if on the sample project: how long each question takes, and what it answers.

``python -m benchmarks.whatif [PROJECT]`` plans the project, then a scenario of one edit begun at
that plan and the same one from nothing, asks why an account is where it is, repairs a manual edit,
and draws leavers and demand. It prints one line for each.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

import territory_planner as tp
from territory_planner.domain.problem import NONE
from territory_planner.domain.scenario import CloseTerritory, Scenario
from territory_planner.evaluation.disruption import moved_accounts

SAMPLE = Path("data/us-field-sales/plan.toml")
Answer = TypeVar("Answer")


def main(words: list[str] | None = None) -> int:
    """Print the lines."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whatif", description=__doc__)
    parser.add_argument("project", type=Path, nargs="?", default=SAMPLE, metavar="PROJECT")
    given = parser.parse_args(words)
    settings = tp.read_settings(given.project)
    problem, criteria, options = (
        tp.read_problem(settings), settings.criteria(), settings.solve_options(),
    )  # fmt: skip
    base, _ = _timed("base", lambda: tp.solve(problem, criteria, options))
    print(f"  {base.objective:.3f} km, gap {base.gap:.2%}")
    free = ~np.isin(np.arange(problem.n_territories), problem.locked)
    leaver = problem.territories[int(np.flatnonzero(free)[-1])].id
    edited, wishes = tp.apply(problem, criteria, Scenario("a leaver", (CloseTerritory(leaver),)))
    warm, quick = _timed(
        f"{leaver} leaves, begun at the base", lambda: tp.solve(edited, wishes, options, start=base)
    )
    cold, slow = _timed(f"{leaver} leaves, from nothing", lambda: tp.solve(edited, wishes, options))
    print(
        f"  begun at the base {warm.objective:.3f} km, gap {warm.gap:.2%}; from nothing "
        f"{cold.objective:.3f} km, gap {cold.gap:.2%}; {quick / slow:.0%} of the time"
    )
    moved = np.flatnonzero(moved_accounts(problem, base.alignment))
    account = str(problem.accounts.ids[moved[len(moved) // 2]])
    found, _ = _timed(f"why {account}", lambda: tp.why(base, account))
    if found.kept is None:
        print(f"  cannot stay: {found.clash.splitlines()[0]}")
    else:
        cost = 1000 * (found.kept.objective - base.objective)
        print(f"  staying costs {cost:+.1f} m, {found.others} other accounts differ")
    a = int(moved[0])
    today = int(problem.accounts.current[a])
    if today != NONE:
        edit = {str(problem.accounts.ids[a]): problem.territories[today].id}
        mended, _ = _timed(f"repair {edit}", lambda: tp.repair(base, edit))
        print(
            f"  {len(mended.moved)} other accounts move, {mended.stage.moved:.3%} of "
            f"{mended.stage.measure}, at least {mended.stage.bound:.3%}"
        )
    drawn, _ = _timed(
        "stress, 3 leavers, demand 0.2, 500 draws", lambda: tp.stress(base, 3, 0.2, draws=500)
    )
    print(f"  {drawn.expected_out:.1f} territories out of a band on average")
    return 0


def _timed(name: str, run: Callable[[], Answer]) -> tuple[Answer, float]:
    began = time.perf_counter()
    answer = run()
    seconds = time.perf_counter() - began
    print(f"{name}: {seconds:.1f} s", flush=True)
    return answer, seconds


if __name__ == "__main__":
    sys.exit(main())
