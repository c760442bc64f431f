"""`region`: the territories round what is broken that can hold their limits among themselves."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.solving.model import Model

MOST = 0.5
"""Share of all territories beyond which drawing everything anew is as quick."""
ROOM = 0.02
"""Of the bands' width, what is left free on either side: territories do not divide evenly."""


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
