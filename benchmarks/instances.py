"""Published instances as problems of the public API, one reader for each set.

Each reader returns the problem, the criteria its paper asks for, and how the objective of a plan is
told in the paper's unit. Formats and sources: see `benchmarks/README.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner import Band, Criteria, Plan, Problem
from territory_planner.domain.criteria import Disruption
from territory_planner.domain.problem import METRES, NONE
from territory_planner.domain.territory import Measure, Territory
from territory_planner.domain.units import Accounts, Units
from territory_planner.evaluation.compactness import center_units

Array = NDArray[Any]
VARIANTS = ("homes", "free", "contiguous", "moves")
BAND = 0.05


@dataclass(frozen=True)
class Instance:
    """One instance, ready to be solved.

    Parameters
    ----------
    problem, criteria
        What is solved.
    scale
        What an objective in km is multiplied by to read as in the paper.
    labels
        What a plan's assignment looks like in the set's own files, one label per unit.
    """

    problem: Problem
    criteria: Criteria
    scale: float
    labels: Callable[[Plan], Array]


def read_rm_tdp(path: Path) -> Instance:
    """Return a commercial territory design: p-median, three measures ±5%, contiguous."""
    numbers = np.array(path.read_text().split(), dtype=float)
    n = int(numbers[0])
    table = numbers[1 : 1 + 7 * n].reshape(n, 7)
    edges, rest = _edges(numbers[1 + 7 * n :])
    k, bands = int(rest[0]), rest[2:5]
    problem = _problem(
        xy_m=table[:, 1:3] * METRES,
        measures={"w1": table[:, 3], "w2": table[:, 4], "w3": table[:, 5], "units": np.ones(n)},
        n_territories=k,
        edges=edges,
    )
    criteria = Criteria(
        {f"w{q + 1}": Band.within(band) for q, band in enumerate(bands)},
        compactness_measure="units",
        centers="unit",
        contiguous=True,
        short_borders=0.0,
    )
    return Instance(problem, criteria, float(n), _territories)


def read_gliesch_dl(path: Path) -> Instance:
    """Return a commercial districting: least largest diameter, three measures, contiguous."""
    numbers = np.array(path.read_text().split(), dtype=float)
    n = int(numbers[0])
    table = numbers[1 : 1 + 6 * n].reshape(n, 6)
    edges, rest = _edges(numbers[1 + 6 * n :])
    problem = _problem(
        xy_m=table[:, 1:3] * METRES,
        measures={"a1": table[:, 3], "a2": table[:, 4], "a3": table[:, 5]},
        n_territories=int(rest[0]),
        edges=edges,
    )
    criteria = Criteria(
        {f"a{q + 1}": Band.within(band) for q, band in enumerate(rest[2:5])},
        centers="free",
        contiguous=True,
        compactness={"diameter": 1.0},
        short_borders=0.0,
    )
    return Instance(problem, criteria, 1.0, _territories)


def read_us_districting(path: Path, cut: bool) -> Instance:
    """Return a political districting: moment of inertia or cut edges, population in limits."""
    lines = path.read_text().splitlines()
    n, m, k, lower, upper = (int(word) for word in lines[0].split()[:5])
    rows = np.array([line.split()[1:8] for line in lines[1 : 1 + n]], dtype=float)
    edges = np.array([line.split()[:2] for line in lines[1 + n : 1 + n + m]], dtype=int)
    population = rows[:, 0]
    ideal = population.sum() / k
    problem = _problem(
        xy_m=rows[:, 5:7],
        measures={"population": population},
        n_territories=k,
        edges=edges.reshape(-1, 2),
        distance_step_m=1.0,
    )
    criteria = Criteria(
        {"population": Band(lower / ideal - 1, upper / ideal - 1)},
        centers="unit",
        contiguous=True,
        compactness={"cut_edges": 1.0} if cut else {"inertia": 1.0},
        empty_unit_share=0.0,
        short_borders=0.0,
    )
    return Instance(problem, criteria, 1.0 if cut else population.sum() / 1e6, _territories)


def read_cpmp(path: Path) -> Instance:
    """Return a capacitated p-median problem: one capacity, any point may be a median."""
    numbers = np.array(path.read_text().split(), dtype=float)
    n, k = int(numbers[0]), int(numbers[1])
    table = numbers[2 : 2 + 4 * n].reshape(n, 4)
    capacity = np.unique(table[:, 2])
    if len(capacity) > 1:
        raise ValueError(f"{path.name}: medians of different capacities are not read")
    problem = _problem(
        xy_m=table[:, :2] * METRES,
        measures={"demand": table[:, 3], "units": np.ones(n)},
        n_territories=k,
        edges=np.empty((0, 2), dtype=int),
        # OR-Library's distances are whole numbers, rounded down.
        distance_step_m=METRES if path.name.startswith("cpmp") else 0.0,
        target={"demand": float(capacity[0])},
    )
    criteria = Criteria(
        {"demand": Band(-1.0, 0.0)},
        compactness_measure="units",
        centers="unit",
        short_borders=0.0,
    )
    return Instance(problem, criteria, float(n), _medians)


def read_synthetic(path: Path, variant: str) -> Instance:
    """Return accounts at real US places, two measures within ±5%, in one of four `VARIANTS`."""
    with np.load(path) as file:
        data = {name: file[name] for name in file.files}
    is_located = variant in ("homes", "moves")
    problem = _problem(
        xy_m=data["xy"] * METRES,
        measures={"workload": data["wl"], "potential": data["pot"]},
        n_territories=len(data["home"]),
        edges=data["edges"],
        homes_m=data["home"] * METRES if is_located else None,
        current=data["cur"],
    )
    bands = {"workload": Band.within(BAND), "potential": Band.within(BAND)}
    if variant == "moves":
        price = (Disruption("workload", cost=1.0),)
        wishes = Criteria(bands, disruption=price, compactness={})
    else:
        wishes = Criteria(
            bands,
            centers="home" if is_located else "free",
            contiguous=variant == "contiguous",
            short_borders=0.0,
        )
    return Instance(problem, wishes, 1.0, _territories)


def _edges(numbers: Array) -> tuple[Array, Array]:
    """Return the edges at the beginning of some numbers, and the numbers after them."""
    m = int(numbers[0])
    return numbers[1 : 1 + 2 * m].reshape(m, 2).astype(int), numbers[1 + 2 * m :]


def _problem(
    xy_m: Array,
    measures: Mapping[str, Array],
    n_territories: int,
    edges: Array,
    homes_m: Array | None = None,
    current: Array | None = None,
    distance_step_m: float = 0.0,
    target: Mapping[str, float] | None = None,
) -> Problem:
    """Return a problem in which every account is a unit of its own, targets alike."""
    n = len(xy_m)
    ids = np.arange(n).astype(str)
    free = np.full(n, NONE)
    activity = np.column_stack(list(measures.values()))
    each = [(target or {}).get(m, a.sum() / n_territories) for m, a in measures.items()]
    ordered = np.sort(edges, axis=1)
    ordered = np.unique(ordered[ordered[:, 0] != ordered[:, 1]], axis=0)
    return Problem(
        measures=tuple(Measure(name, "") for name in measures),
        territories=tuple(
            Territory(f"T{k}", f"T{k}", None if homes_m is None else tuple(homes_m[k].tolist()))
            for k in range(n_territories)
        ),
        units=Units(ids=ids, xy=xy_m, named=np.zeros(n, dtype=np.bool_)),
        accounts=Accounts(
            ids=ids,
            names=ids,
            unit=np.arange(n),
            xy=xy_m,
            activity=activity,
            current=free if current is None else current,
            placed_by=np.full(n, "coordinates"),
        ),
        target=np.tile(each, (n_territories, 1)),
        contiguity=ordered.reshape(-1, 2),
        locked=free,
        forbidden=np.empty((0, 2), dtype=np.int32),
        group=free,
        skill_class=np.zeros(n, dtype=np.int32),
        distance_step_m=distance_step_m,
    )


def _territories(plan: Plan) -> Array:
    return plan.alignment.territory_of


def _medians(plan: Plan) -> Array:
    unit = center_units(plan.problem, plan.alignment, plan.criteria)
    return unit[plan.alignment.territory_of]
