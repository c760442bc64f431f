"""A known plan of nearly the same problem: mended, and drawn anew only round what is broken.

Where a territory is gone, new, smaller or larger, its neighbours must share what it held, and so
must theirs, ring by ring until together they can be inside their bands. Those are drawn anew as if
there were no other; all others stay. A border that lies in empty land does not find its way there
by shifts of single units at a low temperature.
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.solving.dual import Relaxation
from territory_planner.solving.improve import Outcome, Start, improve
from territory_planner.solving.land import Land, listed_land
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search
from territory_planner.solving.reduced import reduced_costs
from territory_planner.solving.start import FIRM, given_start

FEWER = 0.4
"""Share of a full search that a redrawing takes, and below that a polishing of what came out."""
POLISH, WARM = 0.1, 0.3
TRIES = 2
MOST = 0.5
"""Share of all territories beyond which drawing everything anew is as quick."""
ROOM = 0.02
"""Of the bands' width, what is left free on either side: territories do not divide evenly."""
AS_GOOD = 0.01
"""By how much farther from its bound than the known plan a mended one may be, as a share."""


def mended(
    model: Model,
    land: Land,
    center: FloatArray,
    relaxation: Relaxation,
    start: Start,
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
    polish = Start(drawn.of, center, WARM, effort=POLISH, firmness=FIRM)
    return improve(model, land, [polish], search, rng, 1)


def region(model: Model, of: IntArray) -> BoolArray | None:
    """Return ``(n_territories,)``: those that can be inside their bands if they share anew.

    None where that would be more than half of them, or nothing is broken.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories.
    """
    total = model.totals(of)
    room = ROOM * (model.upper - model.lower)
    among: BoolArray = np.any((total > model.upper) | (total < model.lower), axis=1)
    among |= _torn(model, of)
    if not among.any():
        return None
    row = np.repeat(np.arange(model.n_atoms), np.diff(model.next_start))
    one, other = of[row], of[model.next_atom]
    while True:
        grown: BoolArray = among.copy()
        grown[other[among[one]]] = True
        if grown.sum() > MOST * model.n_territories:
            return None
        held = total[grown].sum(axis=0)
        is_enough = (model.lower + room)[grown].sum(axis=0) <= held
        is_room = held <= (model.upper - room)[grown].sum(axis=0)
        if (is_enough & is_room).all():
            return grown
        if (grown == among).all():
            return None
        among = grown


def _torn(model: Model, of: IntArray) -> BoolArray:
    """Return ``(n_territories,)``: those whose units on the map are in several pieces."""
    units = model.unit_on_map
    pieces = np.unique(np.column_stack([model.pieces(of), of[model.atom_of]])[units], axis=0)
    torn: BoolArray = np.bincount(pieces[:, 1], minlength=model.n_territories) > 1
    return torn
