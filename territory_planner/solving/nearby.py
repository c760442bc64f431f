"""A known plan of nearly the same problem: mended, and drawn anew only where it must be.

Where a territory is gone, new, smaller or larger, its neighbours must share what it held, and so
must theirs: those whose prices change much, and ring by ring more until together they can be inside
their bands. Those are drawn anew as if there were no other; all others stay. A border that lies in
empty land does not find its way there by shifts of single units at a low temperature.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.fewest import activity_moved, mended_by_program
from territory_planner.solving.improve import Outcome, Start, improve
from territory_planner.solving.land import Land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.redraw import drawn_nearer, redrawn
from territory_planner.solving.region import much_missed, region
from territory_planner.solving.start import FIRM, seated
from territory_planner.solving.warm import Known

FEWER = 0.2
"""Share of a full search that a redrawing takes, and below that a polishing of what came out."""
POLISH, WARM = 0.1, 0.3
SLIGHT = 0.05
"""Sum of what bands are missed by, in targets, below which few moves may hold them again."""
AS_GOOD = 0.01
"""By how much farther from its bound than the known plan a mended one may be, as a share."""
DEARER = 0.01
"""Change of the price of all that a territory should hold, as a share of the objective, that tells
that its borders must move far."""


def mended(
    model: Model,
    land: Land,
    center: FloatArray,
    relaxation: Relaxation,
    start: Start,
    known: Known,
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
    """
    raw = seated(model, known.of)
    polish = Start(start.of, center, WARM, effort=POLISH, firmness=FIRM)

    def polished(of: IntArray) -> Outcome:
        return improve(model, land, [replace(polish, of=of)], search, rng, 1)

    if 0 < model.violation(raw) <= SLIGHT or not model.is_whole(raw):
        few = mended_by_program(activity_moved(model, raw), raw, start.of, search)
        if np.isfinite(few.value):
            return polished(few.of)
    best = Outcome(start.of, np.inf)
    if not much_missed(model, raw).any():
        best = improve(model, land, [start], search, rng, 1)
    for core in (_dearer(model, relaxation, known), None, None):
        if np.isfinite(best.value) or search.is_over():
            break
        among = region(model, best.of, core)
        if among is None:
            continue
        drawn = redrawn(model, center, relaxation, best.of, among, search, rng, FEWER)
        best = polished(drawn)
        if not np.isfinite(best.value) and model.violation(best.of) <= SLIGHT:
            moved = activity_moved(model, best.of)
            best = polished(mended_by_program(moved, best.of, best.of, search).of)
    if not np.isfinite(best.value) or not np.isfinite(known.ratio) or search.is_over():
        return best
    will_do = (1 + AS_GOOD) * known.ratio * relaxation.bound
    if best.value <= will_do:
        return best
    return polished(drawn_nearer(model, center, relaxation, best.of, will_do, search, rng))


def _dearer(model: Model, relaxation: Relaxation, known: Known) -> BoolArray:
    """Return ``(n_territories,)``: those whose prices are no longer what they were."""
    if not known.price.any():
        return np.zeros(model.n_territories, dtype=np.bool_)
    change = np.abs((relaxation.price - known.price) * model.target).max(axis=1, initial=0.0)
    dearer: BoolArray = change > DEARER * relaxation.bound
    return dearer
