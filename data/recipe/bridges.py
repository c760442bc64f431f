"""Named links that join islands to the mainland, so that every postal code can be reached."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.recipe.slicing import distance_km


def bridges(postal: pd.DataFrame, edges: NDArray[np.int32]) -> pd.DataFrame:
    """Return one bridge for each piece but the largest, to the nearest larger piece.

    Parameters
    ----------
    postal
        The postal codes, in the order that the edges refer to.
    edges
        ``(n_edges, 2)`` pairs of neighbours.
    """
    n = len(postal)
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    _, piece = connected_components(graph, directed=False)
    size = np.bincount(piece)[piece]
    latitude, longitude = postal["latitude"].to_numpy(), postal["longitude"].to_numpy()
    rows = []
    for label in sorted(set(piece[size < size.max()])):
        island = np.flatnonzero(piece == label)
        larger = np.flatnonzero(size > len(island))
        away = distance_km(latitude[island], longitude[island], latitude[larger], longitude[larger])
        here, there = np.unravel_index(int(away.argmin()), away.shape)
        start, end = postal.iloc[island[here]], postal.iloc[larger[there]]
        name = f"{start['place']} – {end['place']}"
        rows.append((start["postal_code"], end["postal_code"], name))
    return pd.DataFrame(rows, columns=["from", "to", "name"])
