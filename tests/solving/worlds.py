"""Random problems of any size for the solver: accounts as units, joined by their neighbours."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.territory import Measure, Territory
from territory_planner.domain.units import Accounts, Units
from territory_planner.geography.adjacency import gabriel_graph


def random_problem(n_units: int, n_territories: int, seed: int = 5) -> Problem:
    """Return units spread over 1,000 km, two measures that go together loosely, homes at units."""
    rng = np.random.default_rng(seed)
    xy = rng.random((n_units, 2)) * 1e6
    common = rng.normal(size=n_units)
    activity = np.exp(0.5 * common[:, None] + 0.4 * rng.normal(size=(n_units, 2)))
    home = xy[rng.choice(n_units, n_territories, replace=False)]
    nearest = np.argmin(np.hypot(*(xy[:, None] - home).T).T, axis=1)
    ids = np.array([f"A{i}" for i in range(n_units)])
    free = np.full(n_units, NONE)
    return Problem(
        measures=(Measure("workload", "h/yr"), Measure("potential", "USD/yr")),
        territories=tuple(
            Territory(f"T{k}", f"T{k}", home=(float(x), float(y)), rep_id=f"R{k}")
            for k, (x, y) in enumerate(home)
        ),
        units=Units(ids=ids, xy=xy, named=np.zeros(n_units, dtype=np.bool_)),
        accounts=Accounts(
            ids=ids,
            names=ids,
            unit=np.arange(n_units),
            xy=xy,
            activity=activity,
            current=nearest,
            placed_by=np.full(n_units, "coordinates"),
        ),
        target=np.tile(activity.sum(axis=0) / n_territories, (n_territories, 1)),
        contiguity=gabriel_graph(xy),
        locked=free,
        forbidden=np.empty((0, 2), dtype=np.int32),
        group=free,
        skill_class=np.zeros(n_units, dtype=np.int32),
    )
