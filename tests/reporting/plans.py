"""Small plans to look at: a grid, letters for territories before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import shapely

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.objective import objective
from territory_planner.geography.projection import to_lonlat
from tests.worlds import grid_problem

HOSTILE = (
    "<script>window.hacked = 1</script>",
    '</script><img src=x onerror="window.hacked = 2">',
    "{{ 7 * 7 }} ${window.hacked = 3} `",
    'O\'Brien & "Söhne" \\u003cb\\u003e <!-- ',
)

CRITERIA = Criteria(bands={"workload": Band.within(0.1)}, disruption=(Disruption("workload", 0.5),))


def with_areas(problem: Problem) -> Problem:
    """Return the grid with a square of land round each unit."""
    xy = problem.units.xy
    half = (xy[:, 0].max() - xy[:, 0].min()) / max(len(np.unique(xy[:, 0])) - 1, 1) / 2
    squares = shapely.box(xy[:, 0] - half, xy[:, 1] - half, xy[:, 0] + half, xy[:, 1] + half)
    degrees = shapely.transform(squares, lambda xy: to_lonlat(problem.crs, xy))
    return replace(problem, units=replace(problem.units, shapes=tuple(shapely.to_wkb(degrees))))


def planned(
    problem: Problem,
    letters: str,
    criteria: Criteria = CRITERIA,
    *,
    bound: float | None = None,
    prices: Mapping[tuple[int, int], float] | None = None,
) -> Plan:
    """Return the plan with these territories, A the first; the bound is the objective itself."""
    alignment = Alignment(np.array([ord(c) - ord("A") for c in letters.replace("/", "")]))
    value = objective(problem, alignment, criteria)
    price = np.zeros(problem.target.shape)
    for at, amount in (prices or {}).items():
        price[at] = amount
    return Plan(
        problem=problem,
        criteria=criteria,
        options=SolveOptions(),
        alignment=alignment,
        objective=value,
        bound=value if bound is None else bound,
        stopped="search finished",
        prices=price,
        seconds=1.5,
        versions={"ortools": "9.15"},
    )


def small_plan(*, areas: bool = True) -> Plan:
    """Return three territories on a grid of 24 accounts: uneven today, even in the plan.

    The first accounts have hostile names, the third territory is vacant, and nobody serves the
    last account today.
    """
    problem = grid_problem(
        "11111111/11111111/11111111",
        current="AAAAAABC/AAAAAABC/AAAAAAB.",
        homes="A..B...C/......../........",
        n_territories=3,
    )
    names = problem.accounts.names.tolist()
    names[: len(HOSTILE)] = HOSTILE
    vacant = replace(problem.territories[2], rep_id=None, rep=None, email=None)
    backdrop = {
        "State <lines>": shapely.to_wkb(shapely.linestrings([[0.0, 0.0], [0.02, -0.02]])),
        "County lines": shapely.to_wkb(shapely.linestrings([[0.0, 0.0], [0.05, 0.0]])),
    }
    problem = replace(
        problem,
        accounts=replace(problem.accounts, names=np.array(names)),
        territories=(*problem.territories[:2], vacant),
        notes=("Account <names> are drawn.",),
        backdrop=backdrop,
    )
    if areas:
        problem = with_areas(problem)
    return planned(problem, "AAABBBCC/AAABBBCC/AAABBBCC", prices={(1, 0): 0.002, (0, 0): -0.001})
