"""An alignment as it was drawn years ago: state by state, cut between the homes in each."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from data.recipe.slicing import distance_km, plane_km, sliced


def state_line_territories(blocks: pd.DataFrame, reps: pd.DataFrame) -> NDArray[np.int64]:
    """Return the row in ``reps`` of the rep who was given each block.

    A state with homes is cut into as many slices as it has, each for the home nearest to it; a
    state without goes whole to the nearest home.

    Parameters
    ----------
    blocks
        ``state``, ``latitude``, ``longitude`` and ``weight``: what was thought to be fair then.
    reps
        ``state``, ``latitude``, ``longitude`` and ``capacity``.
    """
    owner = np.full(len(blocks), -1)
    state = blocks["state"].to_numpy()
    latitude, longitude = blocks["latitude"].to_numpy(), blocks["longitude"].to_numpy()
    weight = blocks["weight"].to_numpy(np.float64)
    for name in sorted(set(state)):
        rows = np.flatnonzero(state == name)
        local = np.flatnonzero(reps["state"] == name)
        if len(local) == 0:
            middle = [np.average(c[rows], weights=weight[rows]) for c in (latitude, longitude)]
            away = _to_homes(np.array(middle[:1]), np.array(middle[1:]), reps)[0]
            owner[rows] = int(away.argmin())
            continue
        shares = reps["capacity"].to_numpy()[local]
        part = sliced(plane_km(latitude[rows], longitude[rows]), weight[rows], shares)
        away = _to_homes(latitude[rows], longitude[rows], reps.iloc[local])
        burden = away * weight[rows, None]
        cost = np.array([burden[part == s].sum(axis=0) for s in range(len(local))])
        slices, homes = linear_sum_assignment(cost)
        holder = np.empty(len(local), dtype=np.int64)
        holder[slices] = local[homes]
        owner[rows] = holder[part]
    return owner


def _to_homes(
    latitude: NDArray[np.float64], longitude: NDArray[np.float64], reps: pd.DataFrame
) -> NDArray[np.float64]:
    return distance_km(
        latitude, longitude, reps["latitude"].to_numpy(), reps["longitude"].to_numpy()
    )
