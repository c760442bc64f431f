"""A first whole assignment for the search to improve on.

On the map it comes from the prices of the compactness measure alone: with one measure the cheapest
territory is a matter of place, so that territories come out nearly whole, where the prices of
several measures interleave them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import IntArray
from territory_planner.solving import pricing
from territory_planner.solving.dual import climb, reduced_costs
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.whole import made_whole

ROUGHLY = (0.2, 0.05)
REBUILD = 3.0


def starting_assignment(model: Model, search: Search) -> tuple[IntArray, float]:
    """Return an assignment, every territory on the map whole, and the heat to improve it with."""
    weight = model.weight[:, None]
    share = model.target.sum(axis=1) if not model.target.size else _shares(model)
    by_place = replace(
        model,
        activity=weight,
        target=share[:, None],
        lower=0.98 * share[:, None],
        upper=1.02 * share[:, None],
        slope=np.zeros((len(share), 1)),
        elsewhere=None,
    )
    prices = climb(by_place, search.silent(), temperatures=ROUGHLY)
    reduced = reduced_costs(by_place, prices.price, prices.toll)
    choice = pricing.cheapest(model.start, reduced)
    return made_whole(model, model.territory[choice].astype(np.int32)), REBUILD


def _shares(model: Model) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return ``(n_territories,)``: the share of all weight each territory should have."""
    share = model.target / np.maximum(model.target.sum(axis=0), 1e-300)
    middle: np.ndarray[tuple[int], np.dtype[np.float64]] = share.mean(axis=1)
    total = middle.sum()
    return middle / total if total > 0 else np.full(len(middle), 1 / len(middle))
