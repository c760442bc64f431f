"""A known plan of nearly the same problem: mended, and drawn anew only round what is broken.

Where a territory is gone, new, smaller or larger, its neighbours must share what it held, and so
must theirs, ring by ring until together they can be inside their bands. Those are drawn anew as if
there were no other; all others stay. A border that lies in empty land does not find its way there
by shifts of single units at a low temperature.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.fewest import activity_moved, mended_exactly
from territory_planner.solving.improve import Outcome, Start, improve
from territory_planner.solving.land import Land, listed_land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import reduced_costs
from territory_planner.solving.region import region
from territory_planner.solving.start import FIRM, given_start

FEWER = 0.4
"""Share of a full search that a redrawing takes, and below that a polishing of what came out."""
POLISH, WARM = 0.1, 0.3
TRIES = 2
SLIGHT = 0.05
"""Sum of what bands are missed by, in targets, below which few moves may hold them again."""
AS_GOOD = 0.01
"""By how much farther from its bound than the known plan a mended one may be, as a share."""


def mended(
    model: Model,
    land: Land,
    center: FloatArray,
    relaxation: Relaxation,
    start: Start,
    raw: IntArray,
    search: Search,
    rng: np.random.Generator,
) -> Outcome:
    """Return what becomes of a known assignment; not finite where only drawing all anew may help.

    Parameters
    ----------
    center
        ``(n_territories, 2)`` in metres.
    start
        The known assignment, whole on the map.
    raw
        ``(n_atoms,)`` the same before its territories were made whole.
    """
    polish = Start(start.of, center, WARM, effort=POLISH, firmness=FIRM)
    if 0 < model.violation(raw) <= SLIGHT or not model.is_whole(raw):
        few = mended_exactly(activity_moved(model, raw), raw, search)
        if np.isfinite(few.value):
            return improve(model, land, [replace(polish, of=few.of)], search, rng, 1)
    best = Outcome(start.of, np.inf)
    if len(np.unique(raw[model.on_map])) == model.n_territories:
        best = improve(model, land, [start], search, rng, 1)
    among = region(model, best.of)
    if np.isfinite(best.value) or among is None or search.is_over():
        return best
    row = model.row_of_candidate
    shares, stays = among[best.of][row], model.territory == best.of[row]
    part = model.restricted(np.where(shares, among[model.territory], stays))
    there = listed_land(part, reduced_costs(part, relaxation.price, relaxation.toll))
    again = given_start(part, there, center, relaxation, search, effort=FEWER)
    drawn = improve(part, there, [again], search, rng, TRIES)
    return improve(model, land, [replace(polish, of=drawn.of)], search, rng, 1)
