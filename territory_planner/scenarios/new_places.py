"""Where new accounts lie: in the area they name, else where they are, as intake looks for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray, TextArray
from territory_planner.domain.problem import NONE, Problem
from territory_planner.geography.gazetteer import gazetteer_of
from territory_planner.geography.projection import to_lonlat
from territory_planner.intake.faults import nearest_ids
from territory_planner.intake.placement import AREA, CITY, COORDINATES, NOWHERE, POSTAL_CODE
from territory_planner.intake.roll_up import areas_at
from territory_planner.scenarios.records import Record, number, tell, text


def areas_by_id(
    records: Sequence[Record], ids: TextArray, problem: Problem, faults: list[str]
) -> IntArray:
    """Return the unit that each record names as its area, ``NONE`` without one."""
    area = np.full(len(records), NONE, dtype=np.int32)
    said = [text(record, "area") for record in records]
    if not any(said):
        return area
    if not problem.units.shapes:
        faults.append("accounts are units here, so that a new one has no area. Remove it.")
        return area
    country = next((text(record, "country") for record in records if record.get("country")), "")
    gazetteer = gazetteer_of(country)
    on_map = np.flatnonzero(~problem.units.named)
    names = problem.units.ids[on_map].tolist()
    exact = dict(zip(names, on_map.tolist(), strict=True))
    normal = {gazetteer.normal_code(name): exact[name] for name in names}
    for i, name in enumerate(said):
        if not name:
            continue
        at = exact.get(name, normal.get(gazetteer.normal_code(name)))
        if at is None:
            near = nearest_ids(name, names)
            faults.append(
                f"'{ids[i]}' is in area '{name}', which is not there{'; ' + near if near else ''}. "
                "Correct it."
            )
        else:
            area[i] = at
    return area


def areas_by_place(problem: Problem, lonlat: FloatArray) -> IntArray:
    """Return the area that holds each point, or lies near it; ``NONE`` where there is none."""
    if not len(lonlat):
        return np.empty(0, dtype=np.int32)
    import shapely

    shapes = shapely.from_wkb([shape or None for shape in problem.units.shapes])
    on_map = np.flatnonzero(~problem.units.named & ~shapely.is_missing(shapes))
    found, _ = areas_at(lonlat, shapes[on_map], problem.crs)
    return np.where(found == NONE, NONE, on_map[found]).astype(np.int32)


def placed(
    records: Sequence[Record],
    ids: TextArray,
    area: IntArray,
    problem: Problem,
    faults: list[str],
) -> tuple[FloatArray, TextArray]:
    """Return longitude and latitude, and what told them: in the order in which intake looks."""
    lonlat = np.full((len(records), 2), np.nan)
    how = np.full(len(records), NOWHERE, dtype="<U12")
    wrong = np.zeros(len(records), dtype=np.bool_)
    for i, record in enumerate(records):
        gazetteer = gazetteer_of(text(record, "country"))
        point = (number(record.get("longitude")), number(record.get("latitude")))
        if record.get("latitude") is not None or record.get("longitude") is not None:
            wrong[i] = not (abs(point[0]) <= 180 and abs(point[1]) <= 90)
            lonlat[i], how[i] = point, COORDINATES
            continue
        if code := text(record, "postal_code"):
            lonlat[i], how[i] = gazetteer.locate_postal_codes([code])[0], POSTAL_CODE
        if np.isnan(lonlat[i]).any() and (city := text(record, "city")):
            found = gazetteer.city(city, text(record, "state"))
            lonlat[i], how[i] = (np.nan, np.nan) if found is None else found.point, CITY
        if np.isnan(lonlat[i]).any() and area[i] != NONE:
            lonlat[i] = to_lonlat(problem.crs, problem.units.xy[area[i]][None])[0]
            how[i] = AREA
    tell(faults, ids, wrong, "at no place: latitude is in [-90, 90], longitude in [-180, 180]")
    lost = np.isnan(lonlat).any(axis=1) & ~wrong
    how[lost | wrong] = NOWHERE
    tell(
        faults, ids, lost,
        "without a place: add latitude and longitude, or a postal_code or city that is known, "
        "with country",
    )  # fmt: skip
    return lonlat, how
