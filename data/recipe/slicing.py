"""Cutting weighted points into slices of given shares, as planners did with a ruler on a map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

KM_PER_DEGREE = 111.2


def plane_km(latitude: NDArray[np.float64], longitude: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``(n, 2)`` kilometres east and north, good enough to compare distances in a country.

    Parameters
    ----------
    latitude, longitude
        ``(n,)`` degrees.
    """
    shrink = np.cos(np.radians(latitude))
    middle = np.mean(longitude)
    return np.column_stack([(longitude - middle) * shrink, latitude]) * KM_PER_DEGREE


def distance_km(
    latitude: NDArray[np.float64],
    longitude: NDArray[np.float64],
    to_latitude: NDArray[np.float64],
    to_longitude: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return ``(n, m)`` great-circle kilometres from n points to m points."""
    a, b = np.radians(latitude)[:, None], np.radians(to_latitude)[None, :]
    turn = np.radians(np.asarray(to_longitude)[None, :] - np.asarray(longitude)[:, None])
    haversine = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(turn / 2) ** 2
    return np.asarray(2 * 6371.0 * np.arcsin(np.sqrt(np.clip(haversine, 0, 1))))


def sliced(
    xy: NDArray[np.float64], weight: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the slice of each point, cutting across the longer side again and again.

    Parameters
    ----------
    xy
        ``(n, 2)`` positions in kilometres.
    weight
        ``(n,)`` weight of each point.
    shares
        ``(n_slices,)`` relative weight that each slice is to have.
    """
    part = np.zeros(len(xy), dtype=np.int64)
    waiting = [(np.arange(len(xy)), np.arange(len(shares)))]
    while waiting:
        members, slices = waiting.pop()
        if len(slices) == 1 or len(members) == 0:
            part[members] = slices[0]
            continue
        half = len(slices) // 2
        goal = shares[slices[:half]].sum() / shares[slices].sum()
        order = members[np.argsort(xy[members] @ _long_axis(xy[members], weight[members]))]
        reached = np.cumsum(weight[order])
        middle = reached - weight[order] / 2
        cut = int(np.searchsorted(middle, goal * reached[-1]))
        waiting.append((order[:cut], slices[:half]))
        waiting.append((order[cut:], slices[half:]))
    return part


def _long_axis(xy: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the east or the north direction, whichever the weighted points spread along more."""
    total = max(float(weight.sum()), 1e-12)
    mean = (xy * weight[:, None]).sum(axis=0) / total
    spread = ((xy - mean) ** 2 * weight[:, None]).sum(axis=0)
    return np.array([1.0, 0.0]) if spread[0] >= spread[1] else np.array([0.0, 1.0])
