"""Which area each account lies in: by key, by point in polygon, or by nearest point."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territory_planner.config import ACCOUNT_COLUMNS, Settings, did_you_mean
from territory_planner.domain.problem import NONE
from territory_planner.geography.gazetteer import Gazetteer
from territory_planner.geography.projection import fitted_crs, to_plane
from territory_planner.intake.accounts import AccountRows
from territory_planner.intake.areas import Areas
from territory_planner.intake.faults import Faults, nearest_ids
from territory_planner.intake.placement import AREA, NOWHERE

IntArray = NDArray[np.int32]

# An account this near to an area is in it: coasts are drawn coarser than addresses.
NEAR_M = 10_000.0


@dataclass(frozen=True, eq=False)
class RollUp:
    """The area of each account.

    Parameters
    ----------
    area_of
        ``(n_accounts,)`` index of the area, ``NONE`` where none fits.
    header
        The header of the key that was compared, None when coordinates decided.
    mended
        How many keys fitted only after leading zeros or suffixes were mended.
    beside
        How many accounts lie in no area and were taken into the nearest.
    """

    area_of: IntArray
    header: str | None = None
    mended: int = 0
    beside: int = 0


def roll_up(
    accounts: AccountRows, areas: Areas, settings: Settings, gazetteer: Gazetteer, faults: Faults
) -> RollUp:
    """Return the area of each account, as the settings ask for it."""
    key = settings.units.key
    if key is None:
        if settings.units.kind == "voronoi":
            return _by_nearest_point(accounts, areas)
        return _by_polygon(accounts, areas)
    header = accounts.columns.header(key) if key in ACCOUNT_COLUMNS else None
    if header is None and key in accounts.columns.table.columns:
        header = key
    if header is None:
        table = accounts.columns.table
        faults.add(
            table.file,
            f"column '{key}', which [units] gives as key, is missing. "
            f"{did_you_mean(key, table.headers)}",
        )
        return RollUp(np.full(len(accounts), NONE, dtype=np.int32), key)
    return _by_key(accounts, areas, header, gazetteer)


def placed_by_area(accounts: AccountRows, areas: Areas, found: RollUp) -> AccountRows:
    """Return the accounts, those without a place put at the point of the area their key names."""
    lost = (accounts.placement.placed_by == NOWHERE) & (found.area_of != NONE)
    if not lost.any():
        return accounts
    lonlat, placed_by = accounts.placement.lonlat.copy(), accounts.placement.placed_by.copy()
    lonlat[lost] = areas.lonlat[found.area_of[lost]]
    placed_by[lost] = AREA
    return replace(
        accounts, placement=replace(accounts.placement, lonlat=lonlat, placed_by=placed_by)
    )


def check_roll_up(
    accounts: AccountRows, areas: Areas, found: RollUp, apart: NDArray[np.bool_], faults: Faults
) -> None:
    """Note accounts that no area fits, those that stand apart and those without a place aside.

    An account that stands apart is a unit under its own id, which no area may have.
    """
    columns, table = accounts.columns, accounts.columns.table
    double = np.zeros(len(table), dtype=np.bool_)
    double[accounts.row[apart & np.isin(accounts.ids, areas.ids)]] = True
    faults.add_rows(
        table,
        f"the ids of named accounts must differ from those of areas in {areas.table.file}",
        double,
        lambda i: columns.said("id", i),
        "Give the accounts ids with a letter in front.",
        ("does not", "do not"),
    )
    lost = (found.area_of == NONE) & ~apart
    if found.header is None:
        lost &= accounts.placement.placed_by != NOWHERE
    bad = np.zeros(len(table), dtype=np.bool_)
    bad[accounts.row[lost]] = True
    if found.header is None:
        lonlat = np.full((len(table), 2), np.nan)
        lonlat[accounts.row] = accounts.placement.lonlat
        faults.add_rows(
            table,
            f"every account must lie in an area of {areas.table.file}, or within "
            f"{NEAR_M / 1000:g} km of one",
            bad,
            lambda i: f"{columns.said('id', i)}: {lonlat[i, 1]:g}, {lonlat[i, 0]:g}",
            "Correct the coordinates, add the area, or mark the account as named.",
            ("does not", "do not"),
        )
        return
    header, ids = found.header, [str(id_) for id_ in areas.ids]

    def told(i: int) -> str:
        value = table.said(header, i)
        near = nearest_ids(value, ids) if value else ""
        return f"{columns.said('id', i)}: '{value}'{', ' + near if near else ''}"

    faults.add_rows(
        table,
        f"column '{header}' must name an area of {areas.table.file}",
        bad if header in table.columns else np.zeros(len(table), dtype=np.bool_),
        told,
        "Correct it, mark the account as named, or omit [units] key to go by coordinates.",
        ("does not", "do not"),
    )


def _by_key(accounts: AccountRows, areas: Areas, header: str, gazetteer: Gazetteer) -> RollUp:
    cells = accounts.columns.table.text(header).dictionary_encode()
    index = {str(id_): i for i, id_ in enumerate(areas.ids)}
    normal = {gazetteer.normal_code(id_): i for id_, i in index.items()}
    values = cells.dictionary.to_pylist()
    exact = np.array([index.get(value, NONE) for value in values], dtype=np.int32)
    mended = np.array(
        [normal.get(gazetteer.normal_code(value), NONE) if value else NONE for value in values],
        dtype=np.int32,
    )
    cell_of = np.asarray(cells.indices)[accounts.row]
    area_of = np.where(exact != NONE, exact, mended)[cell_of]
    return RollUp(area_of, header, int(((exact == NONE) & (mended != NONE))[cell_of].sum()))


def _by_polygon(accounts: AccountRows, areas: Areas) -> RollUp:
    """Return the area that holds each account, else the nearest if it is near."""
    area_of, beside = areas_at(accounts.placement.lonlat, areas.shapes, fitted_crs(areas.lonlat))
    return RollUp(area_of, beside=beside)


def areas_at(
    lonlat: NDArray[np.float64], shapes: NDArray[np.object_], crs: str
) -> tuple[IntArray, int]:
    """Return the area that holds each point, else the nearest if it is near; how many are beside.

    Parameters
    ----------
    lonlat
        ``(n_points, 2)``, NaN for a point that is in no area.
    shapes
        The areas, in longitude and latitude.
    crs
        The plane that distances to areas are taken in.
    """
    import shapely

    area_of = np.full(len(lonlat), NONE, dtype=np.int32)
    placed = np.flatnonzero(np.isfinite(lonlat).all(axis=1))
    tree = shapely.STRtree(shapes)
    points = shapely.points(lonlat[placed])
    who, where = tree.query(points, predicate="intersects")
    # On a common border the first area of the file wins.
    order = np.lexsort((where, who))[::-1]
    area_of[placed[who[order]]] = where[order]
    astray = placed[area_of[placed] == NONE]
    if len(astray) == 0:
        return area_of, 0
    flat = shapely.transform(shapes, lambda degrees: to_plane(crs, degrees))
    targets = shapely.points(to_plane(crs, lonlat[astray]))
    (who, where), _ = shapely.STRtree(flat).query_nearest(
        targets, max_distance=NEAR_M, return_distance=True, all_matches=False
    )
    area_of[astray[who]] = where
    return area_of, len(who)


def _by_nearest_point(accounts: AccountRows, areas: Areas) -> RollUp:
    """Return the area whose point is nearest, which is the Voronoi cell of the account."""
    from scipy.spatial import KDTree

    lonlat = accounts.placement.lonlat
    area_of = np.full(len(accounts), NONE, dtype=np.int32)
    placed = np.isfinite(lonlat).all(axis=1)
    crs = fitted_crs(areas.lonlat)
    _, nearest = KDTree(to_plane(crs, areas.lonlat)).query(to_plane(crs, lonlat[placed]))
    area_of[placed] = nearest
    return RollUp(area_of)
