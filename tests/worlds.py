"""Small drawn worlds for tests: a grid of units, letters for territories."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.territory import Measure, Territory
from territory_planner.domain.units import Accounts, Units


def grid_problem(
    workload: str,
    current: str | None = None,
    homes: str | None = None,
    n_territories: int = 2,
    potential: str | None = None,
    spacing_m: float = 1000.0,
) -> Problem:
    """Return a grid of square units, one account each; rows are separated by ``/``.

    ``workload`` and ``potential`` are digits, ``current`` letters (A is territory 0, ``.`` nobody).
    ``homes`` has a letter where a territory's home lies and ``.`` elsewhere; without it the homes
    lie evenly on the first row.
    """
    rows = workload.split("/")
    height, width = len(rows), len(rows[0])
    n = height * width
    row, column = np.divmod(np.arange(n), width)
    xy = np.column_stack([column, -row]) * spacing_m
    columns = [_digits(workload)] + ([_digits(potential)] if potential else [])
    measures = [Measure("workload", "h/yr"), Measure("potential", "USD/yr")][: len(columns)]
    letters = homes.replace("/", "") if homes else None
    if letters is None:
        at = np.linspace(0, width - 1, n_territories).round().astype(int)
    else:
        at = np.array([letters.index(chr(ord("A") + k)) for k in range(n_territories)])
    activity = np.column_stack(columns)
    territories = tuple(
        Territory(
            id=f"T{k + 1}",
            name=f"Territory {k + 1}",
            home=(float(xy[at[k], 0]), float(xy[at[k], 1])),
            rep_id=f"R{k + 1}",
            rep=f"Rep {k + 1}",
            email=f"rep{k + 1}@example.com",
        )
        for k in range(n_territories)
    )
    index = np.arange(n).reshape(height, width)
    edges = np.concatenate(
        [
            np.column_stack([index[:, :-1].ravel(), index[:, 1:].ravel()]),
            np.column_stack([index[:-1].ravel(), index[1:].ravel()]),
        ]
    )
    ids = np.array([f"U{i}" for i in range(n)])
    held = (
        np.array([NONE if c == "." else ord(c) - ord("A") for c in current.replace("/", "")])
        if current
        else np.full(n, NONE)
    )
    none = np.full(n, NONE)
    return Problem(
        measures=tuple(measures),
        territories=territories,
        units=Units(ids=ids, xy=xy, named=np.zeros(n, dtype=np.bool_)),
        accounts=Accounts(
            ids=np.array([f"A{i}" for i in range(n)]),
            names=np.array([f"Account {i}" for i in range(n)]),
            unit=np.arange(n, dtype=np.int32),
            xy=xy,
            activity=activity,
            current=held.astype(np.int32),
            placed_by=np.full(n, "coordinates"),
        ),
        target=np.tile(activity.sum(axis=0) / n_territories, (n_territories, 1)),
        contiguity=edges.astype(np.int32),
        locked=none.astype(np.int32),
        forbidden=np.empty((0, 2), dtype=np.int32),
        group=none.astype(np.int32),
        skill_class=np.zeros(n, dtype=np.int32),
    )


def _digits(text: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([float(c) for c in text.replace("/", "")])
