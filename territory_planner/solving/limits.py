"""Limits: what the totals of bands (2) and budgets (3) cost a search, in km above the bound.

Inside its limits a total costs what it leaves unused of a limit that has a price: nothing where
the price wants it. Beyond a limit every unit of activity costs its penalty.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from territory_planner.domain.arrays import FloatArray
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.model import Model

LOWER, UPPER, TARGET, SLOPE, PRICE, LEAST, PENALTY = range(7)
BUDGET, TOLL, FINE = range(3)

INSET = 1e-4
"""Of a band's width, or of the target where that is less."""

MANY = 100
"""Atoms for each territory from which on they count as light."""


class Limits(NamedTuple):
    """Bands and budgets as the search pays for them: one array each, for the compiled loops.

    Parameters
    ----------
    bands
        ``(n_territories, n_banded, 7)``: lower, upper, target, slope and price as in `Model` and
        `Relaxation`; the least of ``slope |s - target| - price s`` in the band; and the penalty in
        km per unit of activity beyond it.
    budgets
        ``(n_budgets, 3)``: each budget, its toll, and the fine in km per moved share beyond it.
    """

    bands: FloatArray
    budgets: FloatArray


def limits(model: Model, relaxation: Relaxation, dear: float, inset: float = INSET) -> Limits:
    """Return the limits of a model at given prices.

    Parameters
    ----------
    dear
        Penalty in km for leaving a band by the whole target, or a budget by all of its measure.
    inset
        How far inside its limits a band of light atoms is aimed at.
    """
    price, slope = relaxation.price, model.slope
    # Where atoms are light, limits are aimed at from a little inside: a search that stops a
    # millionth outside one has found nothing.
    is_light = model.n_atoms >= MANY * model.n_territories
    room = np.minimum(model.target, model.upper - model.lower) if is_light else 0.0
    lower, upper = model.lower + inset * room, model.upper - inset * room
    ends = [
        slope * (model.target - lower) - price * lower,
        -price * model.target,
        slope * (upper - model.target) - price * upper,
    ]
    scale = np.where(model.target > 0, model.target, 1.0)
    least = np.minimum(np.minimum(ends[0], ends[1]), ends[2])
    bands = (lower, upper, model.target, slope, price, least, dear / scale)
    budgets = (model.budget, relaxation.toll, np.full(len(model.budget), dear))
    return Limits(
        np.ascontiguousarray(np.stack(bands, axis=-1)),
        np.ascontiguousarray(np.stack(budgets, axis=-1)),
    )


@njit(cache=True, nogil=True)
def strain(total: float, k: int, b: int, bands: FloatArray) -> float:
    """Return what a total costs: what it leaves unused of its band, or how far it is beyond."""
    price, beyond = bands[k, b, PRICE], 0.0
    if total < bands[k, b, LOWER]:
        beyond = bands[k, b, LOWER] - total
        total = bands[k, b, LOWER]
    elif total > bands[k, b, UPPER]:
        beyond = total - bands[k, b, UPPER]
        total = bands[k, b, UPPER]
    inside = bands[k, b, SLOPE] * abs(total - bands[k, b, TARGET]) - price * total
    return float(inside - bands[k, b, LEAST] + (bands[k, b, PENALTY] + abs(price)) * beyond)


@njit(cache=True, nogil=True)
def overspent(moved: float, d: int, budgets: FloatArray) -> float:
    """Return what a budget costs: what is left of one that has a price, or how far it is over."""
    left = budgets[d, BUDGET] - moved
    if left >= 0.0:
        return float(budgets[d, TOLL] * left)
    return float((budgets[d, FINE] + budgets[d, TOLL]) * -left)
