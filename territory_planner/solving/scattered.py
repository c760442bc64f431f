"""Plans off the map: where no territory need be in one piece, prices decide nearly everything.

Heavy atoms are settled first, the rest is searched among ties; where heavy atoms cost much of the
gap, their other places are looked at as well.
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import FloatArray
from territory_planner.solving.branch import branched
from territory_planner.solving.dual import Relaxation, reduced_costs
from territory_planner.solving.heavy import settled
from territory_planner.solving.improve import Outcome, Start, improve
from territory_planner.solving.land import listed_land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.refine import refine

HEAVY_SHARE = 0.2
"""Of the gap: where settling heavy atoms costs more than this, their other places are tried."""

MEND = 0.1
"""First temperature of the annealing that goes on where the search among ties found no plan."""


def scattered(
    model: Model,
    center: FloatArray,
    relaxation: Relaxation,
    search: Search,
    rng: np.random.Generator,
) -> tuple[Outcome, float]:
    """Return the best assignment found, and a bound on the objective of every assignment.

    Parameters
    ----------
    center
        ``(n_territories, 2)`` in metres.
    """
    now = settled(model, relaxation, search)
    best = refine(model, now.relaxation, now.choice(), search, rng)
    if not np.isfinite(best.value):
        land = listed_land(model, reduced_costs(model, relaxation.price, relaxation.toll))
        start = Start(best.of, center, MEND)
        return improve(model, land, [start], search, rng), relaxation.bound
    gap, rise = best.value - relaxation.bound, now.relaxation.bound - relaxation.bound
    if model.elsewhere is not None or search.has_closed() or rise <= HEAVY_SHARE * gap:
        return best, relaxation.bound
    best, bound, prices = branched(model, relaxation, best, search, rng)
    return refine(model, prices, best.of, search, rng), bound
