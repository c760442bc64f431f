"""The fitted projection against the geodesic."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Geod

from territory_planner.geography.projection import fitted_crs, to_lonlat, to_plane

EXTENTS = {
    "New York": ((-74.8, 40.2, -73.0, 41.4), 0.0001),
    "Germany": ((5.9, 47.3, 15.0, 55.0), 0.001),
    "contiguous United States": ((-124.7, 24.5, -67.0, 49.4), 0.02),
    "Australia": ((113.0, -43.0, 153.0, -10.0), 0.02),
    "Fiji, across the 180th meridian": ((176.0, -20.0, 182.0, -15.0), 0.001),
    "Indonesia, across the equator": ((95.0, -10.0, 140.0, 6.0), 0.02),
}


def drawn(box: tuple[float, float, float, float], n: int = 300) -> np.ndarray:
    rng = np.random.default_rng(1)
    x = rng.uniform(box[0], box[2], n)
    return np.column_stack([np.where(x > 180, x - 360, x), rng.uniform(box[1], box[3], n)])


@pytest.mark.parametrize("name", EXTENTS)
def test_distances(name: str) -> None:
    """Distances in the plane are those on the ellipsoid, within the documented error."""
    box, limit = EXTENTS[name]
    lonlat = drawn(box)
    xy = to_plane(fitted_crs(lonlat), lonlat)
    half = len(lonlat) // 2
    flat = np.hypot(*(xy[:half] - xy[half:]).T)
    _, _, true = Geod(ellps="WGS84").inv(*lonlat[:half].T, *lonlat[half:].T)
    assert np.abs(flat / true - 1).max() < limit


def test_there_and_back() -> None:
    """Degrees to metres and back are the same degrees."""
    lonlat = drawn(EXTENTS["Germany"][0])
    crs = fitted_crs(lonlat)
    assert np.allclose(to_lonlat(crs, to_plane(crs, lonlat)), lonlat, atol=1e-9)


def test_wide_country_is_conic() -> None:
    """The United States get Albers' projection, a compact country Lambert's."""
    assert "+proj=aea" in fitted_crs(drawn(EXTENTS["contiguous United States"][0]))
    assert "+proj=laea" in fitted_crs(drawn((9.0, 35.0, 19.0, 47.0)))


def test_few_points() -> None:
    """One point, and points without place, still give a projection."""
    one = fitted_crs(np.array([[10.0, 50.0], [np.nan, np.nan]]))
    assert np.allclose(to_plane(one, np.array([[10.0, 50.0]])), 0.0, atol=1e-6)
    assert "+proj" in fitted_crs(np.empty((0, 2)))
