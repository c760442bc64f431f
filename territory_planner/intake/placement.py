"""Where a row lies: its coordinates, else its postal code's point, else its city's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territory_planner.geography.gazetteer import Gazetteer
from territory_planner.intake.columns import Columns
from territory_planner.intake.coordinates import Coordinates

FloatArray = NDArray[np.float64]

COORDINATES, POSTAL_CODE, CITY, AREA, NOWHERE = "coordinates", "postal code", "city", "area", ""


@dataclass(frozen=True, eq=False)
class Placement:
    """Where rows lie and how that is known.

    Parameters
    ----------
    lonlat
        ``(n_rows, 2)`` longitude and latitude, NaN where a row could not be placed.
    placed_by
        ``(n_rows,)`` "coordinates", "postal code", "city", "area", or "" for a row without a place.
    refused
        ``(n_rows,)`` True where a row's own coordinates are wrong, which has been noted.
    guessed
        ``(n_rows,)`` True where the row's city may be another of that name, or its state is not
        known.
    """

    lonlat: FloatArray
    placed_by: NDArray[np.str_]
    refused: NDArray[np.bool_]
    guessed: NDArray[np.bool_]

    def only(self, kept: NDArray[np.bool_]) -> Placement:
        """Return the rows that are marked."""
        return Placement(
            self.lonlat[kept], self.placed_by[kept], self.refused[kept], self.guessed[kept]
        )


def place(columns: Columns, own: Coordinates, gazetteer: Gazetteer) -> Placement:
    """Return where each row lies, by its own coordinates or by the gazetteer."""
    lonlat = own.lonlat.copy()
    has_own = np.isfinite(lonlat).all(axis=1)
    placed_by = np.where(has_own, COORDINATES, NOWHERE)
    guessed = np.zeros(len(lonlat), dtype=np.bool_)
    for how in (POSTAL_CODE, CITY):
        missing = np.flatnonzero(placed_by == NOWHERE)
        if len(missing) == 0:
            break
        if how == POSTAL_CODE:
            found = _by_postal_code(columns, missing, gazetteer)
        else:
            found, guessed[missing] = _by_city(columns, missing, gazetteer)
        hit = np.isfinite(found).all(axis=1)
        lonlat[missing[hit]] = found[hit]
        placed_by[missing[hit]] = how
    return Placement(lonlat, placed_by, own.refused, guessed)


def known_places(gazetteer: Gazetteer) -> str:
    """Return in words what a row without coordinates can be placed by."""
    if gazetteer.extent is None:
        return 'a postal code or city and [data] country = "US" or the like'
    if gazetteer.knows_postal_codes:
        return f'a postal code or city that the gazetteer of country "{gazetteer.country}" knows'
    return f'a city that the gazetteer of country "{gazetteer.country}" knows'


def _by_postal_code(columns: Columns, rows: NDArray[np.int64], gazetteer: Gazetteer) -> FloatArray:
    codes = columns.text("postal_code").take(rows).dictionary_encode()
    points = gazetteer.locate_postal_codes(codes.dictionary.to_pylist())
    placed: FloatArray = points[np.asarray(codes.indices)]
    return placed


def _by_city(
    columns: Columns, rows: NDArray[np.int64], gazetteer: Gazetteer
) -> tuple[FloatArray, NDArray[np.bool_]]:
    import pyarrow.compute as pc

    city = columns.text("city").take(rows)
    state = columns.text("state").take(rows)
    both = pc.binary_join_element_wise(city, state, "\x1f").dictionary_encode()
    pairs = [text.split("\x1f") for text in both.dictionary.to_pylist()]
    found = [gazetteer.city(*pair) for pair in pairs]
    points = np.array([c.point if c else (np.nan, np.nan) for c in found]).reshape(-1, 2)
    doubts = np.array([c is not None and (c.is_guess or c.ignored != "") for c in found], np.bool_)
    pair_of = np.asarray(both.indices)
    return points[pair_of], doubts[pair_of]
