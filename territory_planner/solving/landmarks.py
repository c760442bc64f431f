"""Landmarks: every center in the order of its distance from a few places on the map.

An atom is no nearer to a center than its landmark is, less its own distance from the landmark; so a
search that goes through centers in its landmark's order may end where nothing cheaper can follow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.problem import METRES

MOST = 2000
"""Landmarks; the centers in the order of each are listed."""


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Where atoms lie among landmarks, and centers from there.

    Parameters
    ----------
    of, off
        ``(n_atoms,)`` the nearest landmark of each atom, and its distance in km.
    order, far
        ``(n_landmarks, n_territories)`` centers, the nearest first, and their distances in km.
    """

    of: IntArray
    off: FloatArray
    order: IntArray
    far: FloatArray

    def sampled(self, rows: IntArray) -> Landmarks:
        """Return the same landmarks for some atoms."""
        return replace(self, of=self.of[rows], off=self.off[rows])


def landmarks(xy: FloatArray, center: FloatArray) -> Landmarks:
    """Return landmarks among atoms, as dense as these are.

    Parameters
    ----------
    xy, center
        ``(n_atoms, 2)`` and ``(n_territories, 2)`` in metres.
    """
    from scipy.spatial import cKDTree

    place = xy[:: max(1, len(xy) // MOST)]
    off, of = cKDTree(place).query(xy, workers=-1)
    far, order = cKDTree(center).query(place, k=np.arange(1, len(center) + 1), workers=-1)
    return Landmarks(
        of=of.astype(np.int32),
        off=off / METRES,
        order=np.ascontiguousarray(order.astype(np.int32)),
        far=np.ascontiguousarray(far / METRES),
    )
