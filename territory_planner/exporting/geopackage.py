"""Territories as polygons in a GeoPackage, for any GIS.

Where units have outlines, a territory is the union of its units' outlines; where they are points,
it is the convex hull of its accounts, named accounts aside, and hulls of neighbours may overlap.
"""

from __future__ import annotations

import errno
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING, Any

import numpy as np

from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.scorecard import Scorecard, evaluate
from territory_planner.geography.projection import to_lonlat

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

SMALLEST_ROOM = 1 << 16
LAYER = "territories"
THIN_HULL_M = 1000.0
"""Width given to a hull of one or two accounts, or of accounts in a row, which has no area."""


def write_geopackage(plan: Plan, path: Path) -> int:
    """Write one polygon a territory with its totals, and return the number of rows.

    Raises
    ------
    OSError
        When the disk is full or the file cannot be written for another reason.
    """
    import geopandas as gpd
    import pyogrio

    card = evaluate(plan.problem, plan.alignment, plan.criteria)
    table = gpd.GeoDataFrame(
        _attributes(plan.problem, card), geometry=territory_shapes(plan), crs="EPSG:4326"
    )
    try:
        table.to_file(path, layer=LAYER, driver="GPKG", engine="pyogrio", promote_to_multi=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        # GDAL tells no error number; a disk with less room than a page of a database is full.
        is_full = disk_usage(path.parent).free < SMALLEST_ROOM
        raise OSError(errno.ENOSPC if is_full else errno.EIO, str(error)) from error
    return len(table)


def territory_shapes(plan: Plan) -> list[BaseGeometry | None]:
    """Return the outline of each territory in longitude and latitude, None for an empty one."""
    import shapely

    problem, of = plan.problem, plan.alignment.territory_of
    outlines = np.array([wkb or None for wkb in problem.units.shapes], dtype=object)
    areas = shapely.from_wkb(outlines) if outlines.size else np.full(problem.n_units, None)
    has_area = ~shapely.is_missing(areas)
    of_accounts = plan.alignment.of_accounts(problem)
    is_named = problem.units.named[problem.accounts.unit]
    shapes: list[BaseGeometry | None] = []
    for k in range(problem.n_territories):
        mine = has_area & (of == k)
        if mine.any():
            shapes.append(shapely.union_all(areas[mine]))
            continue
        held = of_accounts == k
        usual = held & ~is_named
        shapes.append(_hull(problem, problem.accounts.xy[usual if usual.any() else held]))
    return shapes


def _hull(problem: Problem, xy: FloatArray) -> BaseGeometry | None:
    import shapely

    if not len(xy):
        return None
    hull = shapely.convex_hull(shapely.multipoints(xy))
    if hull.geom_type != "Polygon":
        hull = shapely.buffer(hull, THIN_HULL_M)
    return shapely.transform(hull, lambda corners: to_lonlat(problem.crs, corners))


def _attributes(problem: Problem, card: Scorecard) -> dict[str, Any]:
    territories = problem.territories
    columns: dict[str, Any] = {
        "territory_id": [t.id for t in territories],
        "territory_name": [t.name for t in territories],
        "owner_id": [t.rep_id for t in territories],
        "owner": [t.rep for t in territories],
        "owner_email": [t.email for t in territories],
        "manager": [t.manager for t in territories],
        "accounts": card.accounts,
    }
    for q, measure in enumerate(problem.measures):
        columns[f"{measure.name}_total"] = card.total[:, q]
        columns[f"{measure.name}_target"] = card.target[:, q]
        columns[f"{measure.name}_deviation"] = card.deviation[:, q]
    columns["weighted_distance_km"] = card.weighted_distance_km
    columns["largest_distance_km"] = card.largest_distance_km
    if card.pieces is not None:
        columns["pieces"] = card.pieces
    return columns
