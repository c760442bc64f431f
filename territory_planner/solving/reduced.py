"""What prices say of a model: reduced costs, and the Lagrangian bound (7) they give."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.solving import pricing
from territory_planner.solving.blocks import over_blocks
from territory_planner.solving.model import Model


def lower_bound(model: Model, price: FloatArray, toll: FloatArray, workers: int = 1) -> float:
    """Return the Lagrangian bound (7): valid for any prices and any tolls of at least 0."""
    least, _ = least_anywhere(model, price, toll, workers)
    return float(least.sum()) + fixed_terms(model, price, toll)


def fixed_terms(model: Model, price: FloatArray, toll: FloatArray) -> float:
    """Return the terms of (7) that are not sums over atoms."""
    nothing = np.empty((0, 0))
    terms = pricing.band_terms(
        model.lower, model.upper, model.target, model.slope, price, nothing, nothing, nothing
    )
    return float(terms - toll @ model.budget)


def least_anywhere(
    model: Model, price: FloatArray, toll: FloatArray, workers: int = 1
) -> tuple[FloatArray, IntArray]:
    """Return each atom's least reduced cost, and the unlisted territory that has it, or NONE."""
    least, _ = near_cheapest(model, price, toll, np.zeros(model.n_atoms), workers)
    if model.elsewhere is None:
        return least, np.full(model.n_atoms, NONE)
    return model.elsewhere.least(model.activity, price, toll, least, workers)


def near_cheapest(
    model: Model, price: FloatArray, toll: FloatArray, reach: FloatArray, workers: int = 1
) -> tuple[FloatArray, BoolArray]:
    """Return each atom's least reduced cost, and which candidates are within reach of it."""
    least, near = np.empty(model.n_atoms), np.empty(len(model.cost), dtype=np.bool_)

    def run(first: int, last: int) -> None:
        pricing.choose(
            first, last, model.start, model.territory, model.cost, model.moved, model.activity,
            price, toll, reach, least, near,
        )  # fmt: skip

    over_blocks(model.start, workers, run)
    return least, near


def reduced_costs(model: Model, price: FloatArray, toll: FloatArray) -> FloatArray:
    """Return ``(n_candidates,)`` reduced costs at the given prices and tolls."""
    return pricing.reduced_costs(
        model.start, model.territory, model.cost, model.moved, model.activity, price, toll
    )


def worth_of(model: Model) -> float:
    """Return the scale of the objective in km, whatever it counts: what temperatures are told in.

    Each atom at its cheapest; where that is little or nothing, a quarter of the mean candidate.
    """
    cheapest = float(model.cost[pricing.cheapest(model.start, model.cost)].sum())
    spread = 0.25 * float(model.cost.mean()) * model.n_atoms
    inside = 0.1 * float((model.slope * model.target).sum())
    return max(cheapest, spread, inside, 1e-12)


def size_of(model: Model) -> FloatArray:
    """Return ``(n_atoms,)``: each atom's largest share of the distance weight or of any measure.

    What prices can change of an atom's reduced costs grows with it.
    """
    total = np.maximum(model.activity.sum(axis=0), 1e-300)
    share = (model.activity / total).max(axis=1, initial=0.0)
    if model.moved.size:
        share = np.maximum(share, np.maximum.reduceat(model.moved, model.start[:-1]).max(axis=1))
    size: FloatArray = np.maximum(np.maximum(model.weight, share), 1e-3 / model.n_atoms)
    return size


def priced_atoms(model: Model) -> BoolArray:
    """Return ``(n_atoms,)``: whether prices can touch the atom; an empty area has none to pay."""
    touched = (model.activity > 0).any(axis=1)
    if model.moved.size:
        touched |= np.maximum.reduceat(model.moved, model.start[:-1]).max(axis=1) > 0
    return np.asarray(touched)
