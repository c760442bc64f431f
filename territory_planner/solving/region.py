"""`region`: the territories round what is broken that can hold their limits among themselves."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.geography.adjacency import piece_labels
from territory_planner.solving.model import Model

MOST = 0.5
"""Share of all territories beyond which drawing everything anew is as quick."""
MUCH = 0.05
"""Share of its target by which a territory misses its band, where others can be mended beside."""
ROOM = 0.02
"""Of the bands' width, what is left free on either side: territories do not divide evenly."""


def region(model: Model, of: IntArray, core: BoolArray | None = None) -> BoolArray | None:
    """Return ``(n_territories,)``: those that can be inside their bands if they share anew.

    Each piece of them by itself. None where all together are more than half of all, or nothing is
    broken.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories.
    core
        ``(n_territories,)`` more of them to begin with.
    """
    total = model.totals(of)
    among = much_missed(model, of)
    among |= _torn(model, of)
    if not among.any():
        among |= ((total > model.upper) | (total < model.lower)).any(axis=1)
    if not among.any():
        return None
    edges = neighbours(model, of)
    if core is not None:
        among |= core
    among = with_neighbours(among, edges)
    while True:
        piece = piece_labels(model.n_territories, edges[among[edges].all(axis=1)])
        short = among & ~_is_enough(model, total, among, piece)[piece]
        if not short.any():
            return among
        grown = with_neighbours(short, edges)
        grown |= among
        if (grown == among).all() or grown.sum() > MOST * model.n_territories:
            return None
        among = grown


def much_missed(model: Model, of: IntArray) -> BoolArray:
    """Return ``(n_territories,)``: those outside their bands by more than shifts can mend."""
    result: BoolArray = np.any(model.missed(of) > MUCH, axis=1)
    return result


def neighbours(model: Model, of: IntArray) -> IntArray:
    """Return ``(n, 2)``: the pairs of territories that touch, in both orders."""
    one = np.repeat(of, np.diff(model.next_start)).astype(np.int64)
    other = of[model.next_atom]
    key = np.unique((one * model.n_territories + other)[one != other])
    return np.column_stack(np.divmod(key, model.n_territories))


def with_neighbours(among: BoolArray, edges: IntArray) -> BoolArray:
    """Return ``(n_territories,)``: the given ones, and all that touch them."""
    grown = among.copy()
    grown[edges[among[edges[:, 0]], 1]] = True
    return grown


def _is_enough(model: Model, total: FloatArray, among: BoolArray, piece: IntArray) -> BoolArray:
    """Return for each piece of neighbours whether they can be inside their bands together."""
    room = ROOM * (model.upper - model.lower)
    result = np.ones(model.n_territories, dtype=np.bool_)
    for b in range(total.shape[1]):
        held, least, most = (
            np.bincount(piece[among], value[among, b], model.n_territories)
            for value in (total, model.lower + room, model.upper - room)
        )
        result &= (least <= held) & (held <= most)
    return result


def _torn(model: Model, of: IntArray) -> BoolArray:
    """Return ``(n_territories,)``: those whose units on the map are in several pieces."""
    units = model.unit_on_map
    pieces = np.unique(np.column_stack([model.pieces(of), of[model.atom_of]])[units], axis=0)
    torn: BoolArray = np.bincount(pieces[:, 1], minlength=model.n_territories) > 1
    return torn
