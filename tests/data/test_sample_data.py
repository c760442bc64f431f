"""The sample data: what the data card promises, checked on the files themselves."""

from __future__ import annotations

import csv
import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
US = REPOSITORY / "data" / "us-field-sales"
DE = REPOSITORY / "data" / "de-field-service"
SMALL = REPOSITORY / "territory_planner" / "sample"
GAZETTEER = REPOSITORY / "territory_planner" / "geography" / "gazetteer"
PROJECTS = pytest.mark.parametrize("folder", [US, DE, SMALL], ids=lambda folder: folder.name)
BOUNDS = {
    US: (24.4, 49.5, -124.9, -66.9),
    DE: (47.2, 55.1, 5.8, 15.1),
    SMALL: (36.9, 41.1, -109.1, -102.0),
}
MEGABYTE = 1_000_000


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def settings(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "plan.toml").read_text(encoding="utf-8"))


def in_bounds(row: dict[str, str], folder: Path) -> bool:
    south, north, west, east = BOUNDS[folder]
    return south <= float(row["latitude"]) <= north and west <= float(row["longitude"]) <= east


@PROJECTS
def test_account_ids(folder: Path) -> None:
    """No two accounts of a project share an id."""
    ids = [row["account_id"] for row in rows(folder / "accounts.csv")]
    assert len(set(ids)) == len(ids)


@PROJECTS
def test_points_lie_in_the_country(folder: Path) -> None:
    """Every account with coordinates, and every home, lies in the project's country or state."""
    placed = [row for row in rows(folder / "accounts.csv") if row["latitude"]]
    assert all(in_bounds(row, folder) for row in placed + rows(folder / "reps.csv"))


@PROJECTS
def test_current_territories_exist(folder: Path) -> None:
    """Every account is held by a territory of the reps' file, and none is without accounts."""
    held = {row["current_territory"] for row in rows(folder / "accounts.csv")}
    assert held == {row["territory_id"] for row in rows(folder / "reps.csv")}


@PROJECTS
def test_activity_is_positive(folder: Path) -> None:
    """Every column that a measure or a product of measures reads holds positive numbers."""
    accounts = rows(folder / "accounts.csv")
    for measure in settings(folder)["measure"]:
        for column in [*measure.get("product", []), *filter(None, [measure.get("column")])]:
            assert min(float(row[column]) for row in accounts) > 0


@PROJECTS
def test_files_named_in_settings_exist(folder: Path) -> None:
    """Every file that a project's settings name lies beside them."""
    given = settings(folder)
    named = [given["data"]["accounts"], given["data"]["reps"]]
    named += [
        given["units"][key] for key in ("file", "outline", "bridges") if key in given["units"]
    ]
    named += given.get("map", {}).get("lines", {}).values()
    assert [name for name in named if not (folder / name).exists()] == []


@pytest.mark.parametrize(
    ("folder", "n_accounts", "n_territories", "n_vacant"),
    [(US, 12_000, 60, 1), (DE, 5_388, 45, 0), (SMALL, 240, 6, 1)],
    ids=["us-field-sales", "de-field-service", "sample"],
)
def test_sizes(folder: Path, n_accounts: int, n_territories: int, n_vacant: int) -> None:
    """Each project has the accounts, territories and vacancies that the data card says."""
    reps = rows(folder / "reps.csv")
    vacant = [row for row in reps if not row["rep_id"]]
    assert len(rows(folder / "accounts.csv")) == n_accounts
    assert len(reps) == n_territories
    assert len(vacant) == n_vacant
    assert all(row["rep"] == row["email"] == "" and row["latitude"] for row in vacant)


@pytest.mark.parametrize("folder", [US, DE], ids=["us-field-sales", "de-field-service"])
def test_accounts_far_below_a_target(folder: Path) -> None:
    """No account carries more than a sixth of a full-time rep's share of money."""
    column = "potential_usd" if folder == US else "contract_eur"
    value = [float(row[column]) for row in rows(folder / "accounts.csv")]
    capacity = sum(float(row["capacity"]) for row in rows(folder / "reps.csv"))
    assert max(value) * capacity / sum(value) < 1 / 6


def test_us_accounts_lie_at_postal_codes() -> None:
    """Every account of the US project belongs to one of its postal codes."""
    codes = [row["postal_code"] for row in rows(US / "postal_codes.csv")]
    assert len(set(codes)) == len(codes) > 31_000
    assert {row["postal_code"] for row in rows(US / "accounts.csv")} <= set(codes)


def test_us_postal_codes_have_places_of_their_own() -> None:
    """No two postal codes share a point, so that each has a cell."""
    codes = rows(US / "postal_codes.csv")
    assert len({(row["latitude"], row["longitude"]) for row in codes}) == len(codes)
    assert all(in_bounds(row, US) for row in codes)


def test_us_accounts_without_coordinates() -> None:
    """Sixty accounts of the US project leave their coordinates to the gazetteer."""
    assert sum(not row["latitude"] for row in rows(US / "accounts.csv")) == 60


def test_us_families() -> None:
    """Account families have two to six members."""
    size = Counter(row["family"] for row in rows(US / "accounts.csv") if row["family"])
    assert len(size) == 40
    assert set(size.values()) <= {2, 3, 4, 5, 6}


def test_us_named_accounts_are_served() -> None:
    """The reps who hold the named accounts have the skills that these ask for."""
    skills = {row["territory_id"]: set(row["skills"].split(";")) for row in rows(US / "reps.csv")}
    named = [row for row in rows(US / "accounts.csv") if row["named"]]
    assert len(named) == 12
    for row in named:
        assert set(filter(None, row["skills"].split(";"))) <= skills[row["current_territory"]]


def test_us_locks_keep_accounts_where_they_are() -> None:
    """The locks in the settings hold named accounts at their current territory."""
    held = {
        row["account_id"]: row["current_territory"]
        for row in rows(US / "accounts.csv")
        if row["named"]
    }
    locks = settings(US)["lock"]
    assert {lock["account"]: lock["territory"] for lock in locks}.items() <= held.items()


def test_us_bridges_join_postal_codes() -> None:
    """A bridge goes from one postal code to another and has a name."""
    codes = {row["postal_code"] for row in rows(US / "postal_codes.csv")}
    bridges = rows(US / "bridges.csv")
    assert all({row["from"], row["to"]} <= codes and row["name"] for row in bridges)


@pytest.mark.parametrize("name", ["outline", "states", "counties"])
def test_us_lines(name: str) -> None:
    """The lines are valid shapes inside the bounds of the country."""
    import shapely

    shape = shapely.from_geojson((US / f"{name}.geojson").read_text(encoding="utf-8"))
    west, south, east, north = shape.bounds
    assert shape.is_valid
    assert -125 < west < east < -66
    assert 24 < south < north < 50


def test_sizes_of_the_files() -> None:
    """The data stay small enough to be cloned with the code."""
    data = [path for path in (REPOSITORY / "data").rglob("*") if path.is_file()]
    # A demo keeps its runs beside the sample.
    data = [path for path in data if not path.name.startswith("runs.sqlite")]
    gazetteer = list(GAZETTEER.glob("*.parquet"))
    assert sum(path.stat().st_size for path in data) < 8 * MEGABYTE
    assert sum(path.stat().st_size for path in gazetteer) < 4 * MEGABYTE


def test_gazetteer_columns() -> None:
    """The gazetteer holds postal codes of two countries and cities of the world."""
    import pyarrow.parquet as pq

    postal = pq.read_table(GAZETTEER / "postal_codes.parquet")
    cities = pq.read_table(GAZETTEER / "cities.parquet")
    assert postal.column_names == ["country", "postal_code", "latitude", "longitude", "place"]
    assert cities.column_names == [
        *("country", "city", "admin"),
        *("latitude", "longitude", "population"),
    ]
    assert set(postal["country"].to_pylist()) == {"DE", "US"}
    assert len(set(cities["country"].to_pylist())) > 200


def test_lines_are_geojson() -> None:
    """Each file of lines is a feature collection with one named feature."""
    for name in ("outline", "states", "counties"):
        collection = json.loads((US / f"{name}.geojson").read_text(encoding="utf-8"))
        assert collection["type"] == "FeatureCollection"
        assert [bool(f["properties"]["name"]) for f in collection["features"]] == [True]
