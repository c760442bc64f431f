"""Latitudes and longitudes of a table: read, checked, and what looks swapped told so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territory_planner.geography.gazetteer import Gazetteer
from territory_planner.intake.columns import Columns
from territory_planner.intake.faults import Faults
from territory_planner.intake.numbers import read_degrees

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Box = tuple[float, float, float, float]

# A row is among the others within their middle 80% and this; it is far from them beyond that
# and their spread.
MARGIN_DEG = 2.0
# Fewer rows than this say nothing about where the others lie.
ENOUGH = 3


@dataclass(frozen=True, eq=False)
class Coordinates:
    """The coordinates that a table's rows have themselves.

    Parameters
    ----------
    lonlat
        ``(n_rows, 2)`` longitude and latitude, NaN where a row has none that are sound.
    refused
        ``(n_rows,)`` True where a row has some that are wrong, which has been noted.
    """

    lonlat: FloatArray
    refused: BoolArray


@dataclass(frozen=True)
class _Words:
    """What a file's coordinates are called in messages, and what can be done about wrong ones."""

    latitude: str
    longitude: str
    both: str
    correct: str
    omit: str
    swap: str


@dataclass(frozen=True, eq=False)
class Sorted:
    """Which rows have sound coordinates and what is wrong with the others.

    Parameters
    ----------
    out_of_range, at_zero, swapped
        ``(n_rows,)`` True where that is wrong; a row has at most one fault.
    """

    out_of_range: BoolArray
    at_zero: BoolArray
    swapped: BoolArray


def read_coordinates(
    columns: Columns, key: str, gazetteer: Gazetteer | None, faults: Faults
) -> Coordinates:
    """Return the coordinates of a table's rows; wrong ones are noted as faults.

    Point geometry serves where the file has no coordinate columns.

    Parameters
    ----------
    key
        Our name of the column that tells rows apart, for messages.
    gazetteer
        What a row without coordinates can be placed by, None when by nothing.
    """
    table = columns.table
    north, east = columns.header("latitude"), columns.header("longitude")
    if north is None and east is None:
        return _from_geometry(columns, key, gazetteer, faults)
    if north is None or east is None:
        lost, there = ("latitude", east) if north is None else ("longitude", north)
        faults.add(
            table.file,
            f"column '{lost}' is missing beside '{there}'. Add it, or name it in plan.toml.",
        )
        return Coordinates(np.full((len(table), 2), np.nan), np.ones(len(table), dtype=np.bool_))
    by = _other_place(gazetteer)
    instead = f", or leave it blank to place the row by its {by}" if by else ""
    latitude, longitude = read_degrees(table, north), read_degrees(table, east)
    for header, numbers in ((north, latitude), (east, longitude)):
        faults.add_rows(
            table,
            f"column '{header}' must be a number of degrees",
            numbers.bad,
            lambda i, h=header: f"{columns.said(key, i)}: '{table.said(h, i)}'",  # type: ignore[misc]
            f"Write it as 52.5{instead}.",
        )
    lonlat = np.column_stack([longitude.value, latitude.value])
    lonlat[~np.isfinite(lonlat).all(axis=1)] = np.nan
    words = _Words(
        latitude=f"column '{north}'",
        longitude=f"column '{east}'",
        both=f"columns '{north}' and '{east}'",
        correct=f"Correct it{instead}.",
        omit=f"Correct them{instead.replace(' it ', ' them ')}.",
        swap="Swap the two values.",
    )
    bad = latitude.bad | longitude.bad
    return _checked(columns, key, Coordinates(lonlat, bad), words, gazetteer, faults)


def sort_out(lonlat: FloatArray, country_box: Box | None) -> Sorted:
    """Return which coordinates are out of range, at (0, 0), or look swapped.

    A row looks swapped when it lies far from the others, or out of range, and with latitude and
    longitude exchanged it would lie among them; of a few rows, when it lies outside the country
    and would lie inside. A whole file looks swapped when that is so for most of its rows.
    """
    x, y = lonlat[:, 0], lonlat[:, 1]
    placed = np.isfinite(x)
    at_zero = placed & (np.abs(x) < 1e-6) & (np.abs(y) < 1e-6)
    out = placed & ((np.abs(y) > 90) | (np.abs(x) > 180))
    exchanged = lonlat[:, ::-1]
    sound = placed & ~out & ~at_zero
    swapped = out & (np.abs(x) <= 90) & (np.abs(y) <= 180)
    if country_box is not None:
        turned = placed & ~_inside(lonlat, country_box) & _inside(exchanged, country_box)
        if turned.sum() > placed.sum() / 2:
            return Sorted(out & ~turned, at_zero, turned & ~at_zero)
    if country_box is not None and sound.sum() < ENOUGH:
        swapped |= sound & turned
    if sound.sum() >= ENOUGH:
        low, high = np.quantile(lonlat[sound], (0.1, 0.9), axis=0)
        among = _inside(exchanged, _box(low, high, MARGIN_DEG))
        far = sound & ~_inside(lonlat, _box(low, high, high - low + MARGIN_DEG))
        swapped = (swapped | far) & among
    return Sorted(out & ~swapped, at_zero, swapped)


def _box(low: FloatArray, high: FloatArray, reach: FloatArray | float) -> Box:
    (west, south), (east, north) = (low - reach).tolist(), (high + reach).tolist()
    return west, south, east, north


def _inside(lonlat: FloatArray, box: Box) -> BoolArray:
    west, south, east, north = box
    x, y = lonlat[:, 0], lonlat[:, 1]
    inside: BoolArray = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return inside


def _checked(
    columns: Columns,
    key: str,
    own: Coordinates,
    words: _Words,
    gazetteer: Gazetteer | None,
    faults: Faults,
) -> Coordinates:
    """Return the coordinates that are sound; note the others."""
    table, lonlat = columns.table, own.lonlat
    box = None if gazetteer is None else gazetteer.extent
    others = "the other rows" if box is None else "the country"
    wrong = sort_out(lonlat, box)
    for name, axis, limit in ((words.latitude, 1, 90), (words.longitude, 0, 180)):
        faults.add_rows(
            table,
            f"{name} must be in [-{limit}, {limit}]",
            wrong.out_of_range & (np.abs(lonlat[:, axis]) > limit),
            lambda i, a=axis: f"{columns.said(key, i)}: {lonlat[i, a]:g}",  # type: ignore[misc]
            words.correct,
        )

    def pair(i: int) -> str:
        return f"{columns.said(key, i)}: {lonlat[i, 1]:g}, {lonlat[i, 0]:g}"

    faults.add_rows(
        table,
        f"{words.both} must not lie at (0, 0), in the sea off Africa",
        wrong.at_zero,
        pair,
        words.omit,
        ("does", "do"),
    )
    faults.add_rows(
        table,
        f"{words.both} must not be swapped; exchanged they fit {others}",
        wrong.swapped,
        pair,
        words.swap,
        ("is", "are"),
    )
    refused = wrong.out_of_range | wrong.at_zero | wrong.swapped
    sound = lonlat.copy()
    sound[refused] = np.nan
    return Coordinates(sound, refused | own.refused)


def _other_place(gazetteer: Gazetteer | None) -> str:
    """Return the column that may place a row without coordinates, "" when none does."""
    if gazetteer is None:
        return ""
    known = gazetteer.extent is None or gazetteer.knows_postal_codes
    return "postal code" if known else "city"


def _from_geometry(
    columns: Columns, key: str, gazetteer: Gazetteer | None, faults: Faults
) -> Coordinates:
    """Return the points of a layer."""
    import shapely

    shapes = columns.table.shapes
    lonlat = np.full((len(columns.table), 2), np.nan)
    if shapes is None:
        return Coordinates(lonlat, np.zeros(len(lonlat), dtype=np.bool_))
    is_point = (shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes)
    lonlat[is_point] = shapely.get_coordinates(shapes[is_point])
    is_point &= np.isfinite(lonlat).all(axis=1)
    lonlat[~is_point] = np.nan
    refused = ~is_point & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    faults.add_rows(
        columns.table,
        "every geometry must be a point on the globe",
        refused,
        lambda i: f"{columns.said(key, i)}: {shapely.to_wkt(shapes[i], rounding_precision=3):.40}",
        "Export the points, or add the columns latitude and longitude.",
    )
    by = _other_place(gazetteer)
    words = _Words(
        latitude="the points' latitude",
        longitude="the points' longitude",
        both="the points' latitude and longitude",
        correct="Correct the point, or the coordinate system that the file says it is in.",
        omit=f"Correct the point{f', or leave it out to place the row by its {by}' if by else ''}.",
        swap="Swap the two values in the geometry.",
    )
    return _checked(columns, key, Coordinates(lonlat, refused), words, gazetteer, faults)
