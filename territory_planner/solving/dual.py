"""The Lagrangian dual of bands (2) and budgets (3): prices of capacity, and a lower bound (7).

The dual is smoothed (8), (9) and climbed by Newton's method through falling temperatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.arrays import FloatArray
from territory_planner.solving.ascent import Concave, ascended
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import (
    fixed_terms,
    lower_bound,
    near_cheapest,
    priced_atoms,
    size_of,
    worth_of,
)
from territory_planner.solving.smooth import SmoothDual, split_point

TEMPERATURES = (0.1, 0.03, 0.01, 0.003, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5)
"""How soft the choice is in each round of the ascent, in shares of the objective."""

PRECISE = 1e-4
"""What another step must promise to be worth it, as a share of what softness is worth."""

LEVEL = 5e-3
"""Slope, in shares of target, at which a round ends: what a choice by its prices is off a limit."""

CLOSE = 1e-7
"""Distance of soft dual and bound, as a share: nothing that matters was left out of a round."""

PRICED_HEAT = 1e-3
"""Temperature down from which unlisted pairs are priced as well, so that the bound counts."""

FINE = 1e-5
"""The same, at which the ascent ends."""

BAND_HEAT = 0.1
"""How soft a band is, beside its territory's atoms: about its width in shares of target."""

KEPT_HEATS, LISTED_HEATS = 30.0, 100.0
KEPT_LEAST = 0.3
"""Candidates this much dearer than the cheapest, in temperatures, are left out of the next round;
but not those within this share of the objective."""

REPEATS = 4
"""How often a round may be repeated: it moves prices no farther than that reach."""

REACH = 20.0
"""How far the first step of a round may move a price, in changes that a temperature is worth."""

BOX = 1.0
"""How far a round may move a price, beside the reach of the candidates that take part."""

LARGEST_PRICE = 3.0
"""Of a territory's whole target, in shares of the objective, while pairs are not listed."""

EVEN = 2e-2
HELD = 2e-3
"""Shares of target, or of a budgeted measure, by which a soft choice may be off a limit: when the
ascent ends, and when bands and budgets count as held."""

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
    heat
        Temperature of the soft choice (8) that the prices balance; 0 for those of a program.
    is_held
        Whether the soft choice was seen to hold all bands and budgets, or nearly: then so can the
        linear relaxation.
    is_settled
        Whether the ascent ended for want of promise, not at the end of how far it may go.
    excess
        Above 0 no plan exists: by how much even the relaxation must leave the bands and budgets,
        or infinity when the dual rose above every possible objective.
    """

    price: FloatArray
    toll: FloatArray
    bound: float
    heat: float = 0.0
    is_held: bool = False
    is_settled: bool = False
    excess: float = 0.0


def reach_at(model: Model, heat: float) -> float:
    """Return how much dearer than the cheapest a candidate may be that takes part, as a share."""
    heats = KEPT_HEATS if model.elsewhere is None else LISTED_HEATS
    return max(heats * heat, KEPT_LEAST)


def climb(
    model: Model,
    search: Search,
    start: Relaxation | None = None,
    temperatures: Sequence[float] = TEMPERATURES,
    repeats: int = REPEATS,
    room: FloatArray | float = BOX,
) -> Relaxation:
    """Return prices and tolls that make the smoothed dual large, and their bound.

    Parameters
    ----------
    start
        Prices to begin from, such as those of a similar problem.
    temperatures
        How soft the choice is, round by round; fewer are faster and less exact.
    repeats
        How often a round may be run again.
    room
        How far a round may move each price, ``(n_territories, n_banded)`` or all, beside the reach
        of candidates.
    """
    k, b = model.target.shape
    d, workers = len(model.budget), search.options.workers
    free = np.zeros((k, b)), np.zeros(d)
    best = Relaxation(*free, lower_bound(model, *free, workers))
    if not k * b + d or not model.n_atoms:
        return best
    mean = model.target.mean(axis=0)
    # The dual's second derivatives go with the inverse square of this.
    scale = np.where(mean > 1e-100, mean, 1.0)
    point, done = np.zeros(k * b + d), np.nan
    if start is not None:
        point = np.concatenate([(start.price * scale).ravel(), start.toll])
    worth, rooms = worth_of(model), np.broadcast_to(room, (k, b)).ravel()
    # Over a list too short to hold the bands the dual would run away: keep its prices sensible
    # until the list is widened.
    cap = np.inf if model.elsewhere is None else LARGEST_PRICE * worth
    low = np.concatenate([np.full(k * b, -cap), np.zeros(d)])
    high = np.full(k * b + d, cap)
    point = np.clip(point, low, high)
    size, priced = size_of(model), priced_atoms(model)
    wide = np.repeat(priced, np.diff(model.start))
    on, box = model, np.full(len(point), np.inf)
    if start is not None:
        reach = reach_at(model, temperatures[0]) * worth
        _, near = near_cheapest(model, *split_point(point, scale, k), reach * size, workers)
        wide &= near
        box = np.concatenate([rooms * reach / k, np.full(d, reach)])
    on = model.restricted(wide)
    path: list[tuple[float, FloatArray]] = []
    for heat in (t for t in temperatures for _ in range(repeats)):
        if heat == done:
            continue
        dual = SmoothDual(on, scale, heat * worth * size, BAND_HEAT * heat * worth / k, workers)
        floor, roof = np.maximum(low, point - box), np.minimum(high, point + box)
        before = point
        point = ascended(
            dual, _foreseen(dual, path, point, heat, floor, roof), floor, roof,
            PRECISE * heat * worth, LEVEL, REACH * heat * worth / k, search.is_over,
        )  # fmt: skip
        path = [*path, (heat, point)][-2:]
        price, toll = split_point(point, scale, k)
        reach = reach_at(model, heat) * worth
        least, near = near_cheapest(model, price, toll, reach * size, workers)
        soft, slope, _ = dual(point, False)
        soft += float(least[~priced].sum())
        slope[(point <= low) & (slope < 0)] = 0.0
        # A round is repeated when its box held it back, or when what was left out came to be.
        listed = float(least.sum()) + fixed_terms(model, price, toll)
        is_free = (np.abs(point - before) < 0.99 * box).all()
        done = heat if is_free and soft <= listed + CLOSE * abs(listed) else np.nan
        on = model.restricted(near & np.repeat(priced, np.diff(model.start)))
        box = np.concatenate([rooms * reach / k, np.full(d, reach)])
        bound = listed
        if model.elsewhere is not None and heat <= PRICED_HEAT:
            least, _ = model.elsewhere.least(model.activity, price, toll, least, workers)
            bound = float(least.sum()) + fixed_terms(model, price, toll)
        off = float(np.abs(slope).max())
        best = replace(best, is_held=best.is_held or off < HELD, is_settled=done == heat)
        if model.elsewhere is not None and heat > PRICED_HEAT:
            best = replace(best, price=price, toll=toll, heat=heat)
        elif bound > best.bound:
            best = replace(best, price=price, toll=toll, bound=bound, heat=heat)
            search.improved_bound(bound, "prices")
        if _is_above_all(model, price, toll, bound):
            return replace(best, excess=np.inf)
        is_fine = 0 <= listed - soft < FINE * abs(listed) and off < EVEN
        if search.is_over() or is_fine:
            break
    return best


def _foreseen(
    dual: Concave, path: list[tuple[float, FloatArray]], point: FloatArray, heat: float,
    low: FloatArray, high: FloatArray,
) -> FloatArray:  # fmt: skip
    """Return where a round begins: on the line through the last two ends, where that is better.

    The ends of rounds lie on a curve that is smooth in the temperature.
    """
    if len(path) < 2 or path[0][0] <= path[1][0]:
        return point
    (hot, earlier), (warm, last) = path
    ahead = np.clip(last + (last - earlier) * (warm - heat) / (hot - warm), low, high)
    return ahead if dual(ahead, False)[0] > dual(point, False)[0] else point


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
