"""Which units are neighbours, and whether a territory can reach all of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import Settings
from territory_planner.geography.adjacency import (
    NO_EDGES,
    gabriel_graph,
    separate_pieces,
    sorted_edges,
)
from territory_planner.intake.areas import Areas
from territory_planner.intake.basic_units import UnitRows
from territory_planner.intake.bridges import read_bridges
from territory_planner.intake.faults import EXAMPLES, Faults

IntArray = NDArray[np.int32]


def connect(
    units: UnitRows,
    xy: NDArray[np.float64],
    areas: Areas | None,
    settings: Settings,
    faults: Faults,
) -> IntArray:
    """Return ``(n_edges, 2)`` pairs ``i < j`` of neighbours; note pieces that lie apart.

    Parameters
    ----------
    xy
        ``(n_units, 2)`` in metres.
    """
    inside = np.flatnonzero(~units.named)
    if areas is not None:
        edges = areas.edges
    elif settings.units.neighbours == "gabriel":
        edges = inside[gabriel_graph(xy[inside])].astype(np.int32)
    else:
        edges = NO_EDGES
    edges = sorted_edges(np.concatenate([edges, read_bridges(settings, units.ids, faults)]))
    if settings.wishes.contiguous:
        _check_pieces(units, xy, inside, edges, settings, faults)
    return edges


def _check_pieces(
    units: UnitRows,
    xy: NDArray[np.float64],
    inside: NDArray[np.int64],
    edges: IntArray,
    settings: Settings,
    faults: Faults,
) -> None:
    """Note the pieces of the graph that no contiguous territory of the largest can reach."""
    place = np.full(len(units.ids), -1, dtype=np.int32)
    place[inside] = np.arange(len(inside))
    local = place[edges]
    pieces = separate_pieces(xy[inside], local[(local >= 0).all(axis=1)])
    if not pieces:
        return
    ids = units.ids[inside]
    told = []
    for piece in pieces[:EXAMPLES]:
        one, other = piece.nearest
        count = "1 unit" if len(piece.members) == 1 else f"{len(piece.members):,} units"
        told.append(f"{count} at '{ids[one]}' ({piece.gap_m / 1000:.0f} km from '{ids[other]}')")
    more = f" and {len(pieces) - EXAMPLES:,} more" if len(pieces) > EXAMPLES else ""
    apart = "1 piece lies" if len(pieces) == 1 else f"{len(pieces):,} pieces lie"
    faults.add(
        settings.units.file or settings.data.accounts,
        "with contiguous = true the units must be one connected piece: "
        f"{apart} apart from the largest, {'; '.join(told)}{more}. Join each with a line "
        "from,to,name in the file that [units] bridges names, or set contiguous = false.",
    )
