"""Points of a layer are checked like columns of latitude and longitude."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from tests.intake.projects import PLAN, refused, write_project

PLACES = [shapely.Point(8 + i / 10, 50 + i / 10) for i in range(12)]


def layered(folder: Path, suffix: str, places: list[shapely.Geometry], plan: str = PLAN) -> str:
    """Return the message that accounts with points at these places are refused with."""
    folder = write_project(folder, plan=plan.replace("accounts.csv", f"accounts.{suffix}"))
    n = len(places)
    rows = gpd.GeoDataFrame(
        {"id": [f"A{i}" for i in range(n)], "hours": [1] * n}, geometry=places, crs=4326
    )
    path = folder / f"accounts.{suffix}"
    if suffix == "parquet":
        rows.to_parquet(path)
    else:
        rows.to_file(path)
    return refused(folder)


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "parquet"])
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (shapely.Point(0, 0), "must not lie at (0, 0), in the sea off Africa: 1"),
        (shapely.Point(8, 95), "the points' latitude must be in [-90, 90]: 1"),
        (shapely.Point(500, 50), "the points' longitude must be in [-180, 180]: 1"),
        (shapely.Point(50.5, 8.5), "must not be swapped; exchanged they fit the other rows: 1"),
        (shapely.box(8, 50, 9, 51), "every geometry must be a point on the globe: 1"),
    ],
)
def test_wrong_point(tmp_path: Path, suffix: str, wrong: shapely.Geometry, sentence: str) -> None:
    """Each wrong point is told with the place of its row and its id."""
    message = layered(tmp_path, suffix, [*PLACES[:5], wrong, *PLACES[6:]])
    assert sentence in message
    assert "6 (A5: " in message


def test_layer_in_another_system(tmp_path: Path) -> None:
    """Metres in a layer that is said to be in degrees are told, and what to look at."""
    metres = gpd.GeoSeries(PLACES, crs=4326).to_crs(3857).tolist()
    message = layered(tmp_path, "gpkg", metres)
    assert "latitude must be in [-90, 90]: 12 features are not, e.g. feature 1 (A0: " in message
    assert "the coordinate system that the file says it is in" in message


def test_swapped_layer(tmp_path: Path) -> None:
    """A layer whose points all lie in the country once exchanged is told as swapped."""
    plan = PLAN.replace("[data]", '[data]\ncountry = "DE"')
    message = layered(tmp_path, "gpkg", [shapely.Point(p.y, p.x) for p in PLACES], plan)
    assert "must not be swapped; exchanged they fit the country: 12 features are" in message


def test_one_of_two_homes_swapped(tmp_path: Path) -> None:
    """With too few rows to compare, the country tells which is swapped."""
    reps = "rep_id,latitude,longitude\nR1,9,50\nR2,50.5,9.5\n"
    accounts = "id,latitude,longitude,hours\nA1,50,9,1\n"
    plan = PLAN.replace("[data]", '[data]\ncountry = "DE"')
    message = refused(write_project(tmp_path, accounts, reps, plan))
    assert "exchanged they fit the country: 1 line is, e.g. line 2 (R1: 9, 50)" in message
