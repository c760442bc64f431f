"""A known plan of nearly the same problem: mended, and drawn anew only where it must be.

Where a territory is gone, new, smaller or larger, its neighbours must share what it held, and so
must theirs: those whose prices change much, and ring by ring more until together they can be inside
their bands. Those are drawn anew. A border that lies in empty land does not find its way there by
shifts of single units at a low temperature.
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.solving.drawn import SLIGHT, Drawing
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.fewest import activity_moved, mended_by_program
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model
from territory_planner.solving.redraw import drawn_anew
from territory_planner.solving.region import much_missed, region
from territory_planner.solving.start import seated
from territory_planner.solving.warm import Known

AS_GOOD = 0.001
"""By how much farther from its bound than the known plan a mended one may be, as a share."""
FEW = 0.125
"""Parts, in all territories, that are drawn to come so near: it need not be reached."""
FAR = 0.02
"""The same share, from which a plan for a much smaller budget is drawn anew."""
DEARER = 0.01
"""Change of the price of all that a territory should hold, as a share of the objective, that tells
that its borders must move far."""


def mended(drawing: Drawing, start: IntArray, known: Known) -> Outcome:
    """Return what becomes of a known assignment; not finite where only drawing all anew may help.

    Parameters
    ----------
    start
        ``(n_atoms,)`` the known assignment, whole on the map.
    """
    model, search = drawing.model, drawing.search
    raw, best = seated(model, known.of), Outcome(start, np.inf)
    # Where staying costs nothing, moving is all that costs.
    stays = model.position(raw)
    counts_moves = bool((model.cost[stays[stays != NONE]] == 0).all())
    # What lay apart may have been joined without harm.
    raw = raw if much_missed(model, start).any() else start
    is_whole, missed = model.is_whole(raw), model.violation(raw)
    if not much_missed(model, raw).any():
        few_first = counts_moves and missed > 0.0
        if is_whole and not few_first:
            best = drawing.polished(start)
        may_do = few_first or not is_whole or missed <= SLIGHT
        if not np.isfinite(best.value) and may_do:
            moves = model if counts_moves else activity_moved(model, raw)
            few = mended_by_program(moves, raw, start, search)
            if np.isfinite(few.value):
                return drawing.polished(few.of)
    if not np.isfinite(best.value):
        among = region(model, start, _dearer(model, drawing.relaxation, known))
        if among is None:
            among = region(model, start)
        if among is None:
            return best
        of = drawn_anew(
            model, drawing.center, drawing.relaxation, start, among, search, drawing.rng
        )
        best = drawing.told(of)
    will_do = (1 + AS_GOOD) * known.ratio * drawing.relaxation.bound
    best = drawing.nearer(best, will_do, FEW)
    is_enough = search.is_over() or search.has_closed()
    if not is_enough and is_far(model, best, start, known, drawing.relaxation):
        best = min(drawing.drawn(best.of), best, key=lambda one: one.guided)
    return best


def is_far(
    model: Model, best: Outcome, start: IntArray, known: Known, relaxation: Relaxation
) -> bool:
    """Return whether a plan mended for a much smaller budget is far from its bound.

    Such a budget asks for another map.
    """
    over = model.moved[model.position(start)].sum(axis=0) - model.budget
    far = np.isfinite(best.value) and best.value > (1 + FAR) * known.ratio * relaxation.bound
    return bool(far and over.max(initial=0.0) > SLIGHT)


def _dearer(model: Model, relaxation: Relaxation, known: Known) -> BoolArray:
    """Return ``(n_territories,)``: those whose prices are no longer what they were."""
    if not known.price.any():
        return np.zeros(model.n_territories, dtype=np.bool_)
    change = np.abs((relaxation.price - known.price) * model.target).max(axis=1, initial=0.0)
    dearer: BoolArray = change > DEARER * relaxation.bound
    return dearer
