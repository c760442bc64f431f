"""The Lagrangian dual of bands (2) and budgets (3): prices of capacity, and a lower bound (7).

The dual is smoothed (8), (9) and climbed by L-BFGS through falling temperatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.solving import pricing
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search

TEMPERATURES = (0.2, 0.05, 0.0125, 0.003)
"""How soft the choice is in each round of L-BFGS, in mean weighted distances."""

ROUNDS = 60
KEPT_HEATS = 20.0
"""Candidates whose share of the soft choice is below exp(-20) are left out of the next round."""

LARGEST_PRICE = 3.0
"""Of a territory's whole target, in mean weighted distances, while pairs are not listed."""

EXCESS = 1e-7
CEILING_SLACK = 1.001


@dataclass(frozen=True, eq=False)
class Relaxation:
    """What the relaxation knows.

    Parameters
    ----------
    price
        ``(n_territories, n_banded)`` km of objective per unit of activity in each territory.
    toll
        ``(n_budgets,)`` km of objective per unit of moved share, never negative.
    bound
        Lower bound (7) on the objective of every assignment.
    share
        ``(n_candidates,)`` the linear program's assignment; empty before it ran.
    excess
        Above 0 no plan exists: by how much even the relaxation must leave the bands and budgets,
        or infinity when the dual rose above every possible objective.
    """

    price: FloatArray
    toll: FloatArray
    bound: float
    share: FloatArray
    excess: float = 0.0


def lower_bound(model: Model, price: FloatArray, toll: FloatArray) -> float:
    """Return the Lagrangian bound (7): valid for any prices and any tolls of at least 0."""
    least, _ = least_anywhere(model, price, toll)
    terms = pricing.band_terms(
        model.lower, model.upper, model.target, model.slope, price, 0.0, np.empty((0, 0))
    )
    return float(least.sum() + terms - toll @ model.budget)


def least_anywhere(
    model: Model, price: FloatArray, toll: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Return each atom's least reduced cost, and the unlisted territory that has it, or NONE."""
    reduced = reduced_costs(model, price, toll)
    least = reduced[pricing.cheapest(model.start, reduced)]
    if model.elsewhere is None:
        return least, np.full(model.n_atoms, NONE)
    return model.elsewhere.least(model.activity, price, toll, least)


def reduced_costs(model: Model, price: FloatArray, toll: FloatArray) -> FloatArray:
    """Return ``(n_candidates,)`` reduced costs at the given prices and tolls."""
    return pricing.reduced_costs(
        model.start, model.territory, model.cost, model.moved, model.activity, price, toll
    )


def climb(
    model: Model,
    search: Search,
    start: Relaxation | None = None,
    temperatures: Sequence[float] = TEMPERATURES,
) -> Relaxation:
    """Return prices and tolls that make the smoothed dual large, and their bound.

    Parameters
    ----------
    start
        Prices to begin from, such as those of a similar problem.
    temperatures
        How soft the choice is, round by round; fewer are faster and less exact.
    """
    from scipy.optimize import minimize

    k, b = model.target.shape
    d = len(model.budget)
    scale = np.maximum(model.target.mean(axis=0), 1e-300) if b else np.ones(b)
    x = np.zeros(k * b + d)
    if start is not None:
        x = np.concatenate([(start.price * scale).ravel(), start.toll])
    if not x.size or not model.n_atoms:
        price, toll = np.zeros((k, b)), np.zeros(d)
        return Relaxation(price, toll, lower_bound(model, price, toll), np.empty(0))
    typical = max(float(model.cost[pricing.cheapest(model.start, model.cost)].mean()), 1e-12)
    heat_per_weight = typical * model.n_atoms
    weight = size_of(model)
    # Over a list too short to hold the bands the dual would run away: keep its prices sensible
    # until the list is widened.
    cap = None if model.elsewhere is None else LARGEST_PRICE * typical * model.n_atoms
    limits = [(None if cap is None else -cap, cap)] * (k * b) + [(0.0, cap)] * d

    def negative_dual(point: FloatArray, on: Model, heat: float) -> tuple[float, FloatArray]:
        price, toll = point[: k * b].reshape(k, b) / scale, point[k * b :]
        total, total_moved = np.zeros((k, b)), np.zeros(d)
        value = pricing.smooth_dual(
            on.start, on.territory, on.cost, on.moved, on.activity,
            price, toll, heat * heat_per_weight * weight, total, total_moved,
        )  # fmt: skip
        value += pricing.band_terms(
            on.lower, on.upper, on.target, on.slope, price, heat * typical, total
        )
        gradient = np.concatenate([(total / scale).ravel(), total_moved - on.budget])
        return -(value - float(toll @ on.budget)), -gradient

    def until_over(_: FloatArray) -> None:
        if search.is_over():
            raise StopIteration

    free = np.zeros((k, b)), np.zeros(d)
    best = Relaxation(*free, lower_bound(model, *free), np.empty(0))
    priced = priced_atoms(model)[model.row_of_candidate]
    on = model.restricted(priced)
    for heat in temperatures:
        found = minimize(
            negative_dual, x, args=(on, heat), jac=True, method="L-BFGS-B", bounds=limits,
            callback=until_over, options={"maxiter": ROUNDS, "maxcor": 20},
        )  # fmt: skip
        x = found.x
        price, toll = x[: k * b].reshape(k, b) / scale, x[k * b :].copy()
        reduced = reduced_costs(model, price, toll)
        bound = lower_bound(model, price, toll)
        if bound > best.bound:
            best = replace(best, price=price, toll=toll, bound=bound)
            search.improved_bound(bound, "prices")
        if _is_above_all(model, price, toll, bound):
            return replace(best, excess=np.inf)
        if search.is_over():
            break
        # Later rounds move prices less: far dearer candidates can no longer be chosen.
        least = reduced[pricing.cheapest(model.start, reduced)]
        reach = max(KEPT_HEATS * heat, 1.5) * heat_per_weight * weight
        row = model.row_of_candidate
        on = model.restricted(priced & (reduced <= (least + reach)[row]))
    return best


def _is_above_all(model: Model, price: FloatArray, toll: FloatArray, bound: float) -> bool:
    """Return whether the dual proves that no plan exists, being above every possible objective.

    A dual that has run away is scaled back before it is believed: huge prices cancel badly.
    """
    if not model.n_atoms:
        return False
    room = np.maximum(model.upper - model.target, model.target - model.lower)
    dearest = np.maximum.reduceat(model.cost, model.start[:-1])
    if model.elsewhere is not None:
        dearest = np.maximum(dearest, model.elsewhere.dearest())
    ceiling = (float(dearest.sum()) + float((model.slope * room).sum())) * CEILING_SLACK + EXCESS
    if not bound > ceiling:
        return False
    scale = min(1.0, 3 * ceiling / bound)
    return lower_bound(model, scale * price, scale * toll) > ceiling


def size_of(model: Model) -> FloatArray:
    """Return ``(n_atoms,)``: each atom's largest share of the distance weight or of any measure.

    What prices can change of an atom's reduced costs grows with it.
    """
    total = np.maximum(model.activity.sum(axis=0), 1e-300)
    share = (model.activity / total).max(axis=1, initial=0.0)
    size: FloatArray = np.maximum(np.maximum(model.weight, share), 1e-3 / model.n_atoms)
    return size


def priced_atoms(model: Model) -> BoolArray:
    """Return ``(n_atoms,)``: whether prices can touch the atom; an empty area has none to pay."""
    touched = (model.activity > 0).any(axis=1)
    if model.moved.size:
        touched |= np.maximum.reduceat(model.moved, model.start[:-1]).max(axis=1) > 0
    return np.asarray(touched)
