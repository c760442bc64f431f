"""Postal codes and cities to points, on a drawn table and on the bundled one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from territory_planner.geography.gazetteer import Gazetteer, gazetteer_of, plain_name


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    codes = {
        "country": ["US", "US", "US", "US", "DE"],
        "postal_code": ["02134", "02135", "62701", "97477", "10115"],
        "latitude": [42.35, 42.36, 39.8, 44.05, 52.53],
        "longitude": [-71.13, -71.15, -89.65, -123.0, 13.38],
        "place": ["Allston", "Allston", "Springfield", "Springfield", "Berlin"],
    }
    cities = {
        "country": ["US", "US", "US", "DE", "DE", "US"],
        "city": ["Springfield", "Springfield", "St. Louis", "München", "Köln", "New York City"],
        "admin": ["IL", "MO", "MO", "02", "07", "NY"],
        "latitude": [39.8, 37.2, 38.6, 48.1, 50.9, 40.7],
        "longitude": [-89.6, -93.3, -90.2, 11.6, 7.0, -74.0],
        "population": [114_000, 169_000, 300_000, 1_500_000, 1_000_000, 8_000_000],
    }
    pq.write_table(pa.table(codes), tmp_path / "postal_codes.parquet")
    pq.write_table(pa.table(cities), tmp_path / "cities.parquet")
    return tmp_path


def places(points: np.ndarray) -> list[tuple[float, float] | None]:
    return [None if np.isnan(x) else (float(x), float(y)) for x, y in points]


def test_postal_codes(drawn: Path) -> None:
    """Codes are found as written, without their zeros, and with a ZIP+4 suffix."""
    us = Gazetteer("us", drawn)
    found = us.locate_postal_codes(["02134", "2134", "02134-1234", "2134.0", "99999", "10115", ""])
    allston = (-71.13, 42.35)
    assert places(found) == [allston, allston, allston, allston, None, None, None]


@pytest.mark.parametrize(
    ("city", "state", "latitude"),
    [
        ("Springfield", "", 37.2),
        ("Springfield", "IL", 39.8),
        ("Springfield", "Illinois", 39.8),
        ("Springfield, IL", "", 39.8),
        ("SPRINGFIELD", "Nowhere", 37.2),
        ("Saint Louis", "", 38.6),
        ("New York", "NY", 40.7),
        ("allston", "", 42.355),
    ],
)
def test_us_cities(drawn: Path, city: str, state: str, latitude: float) -> None:
    """A city is the most populous of its name unless the state tells; small places are known."""
    found = Gazetteer("US", drawn).locate_cities([city], [state])
    assert found[0, 1] == pytest.approx(latitude)


def test_city_in_no_such_state(drawn: Path) -> None:
    """A city is not put into another state than the one given."""
    us = Gazetteer("US", drawn)
    assert places(us.locate_cities(["St Louis", "Atlantis"], ["IL", ""])) == [None, None]


@pytest.mark.parametrize("city", ["München", "Muenchen", "MUNCHEN"])
def test_umlauts(drawn: Path, city: str) -> None:
    """Umlauts are found as written, spelled out and left out."""
    assert Gazetteer("DE", drawn).locate_cities([city])[0, 1] == pytest.approx(48.1)


def test_extent(drawn: Path) -> None:
    """The extent is that of the country's places; an unknown country has none."""
    assert Gazetteer("DE", drawn).extent == (7.0, 48.1, 13.38, 52.53)
    assert Gazetteer("XX", drawn).extent is None


def test_unknown_country(drawn: Path) -> None:
    """A country that is not in the tables knows no place."""
    assert places(Gazetteer("", drawn).locate_postal_codes(["02134"])) == [None]


def test_bundled() -> None:
    """The bundled tables know Manhattan by code and Berlin by name."""
    assert gazetteer_of("US").locate_postal_codes(["10001"])[0] == pytest.approx(
        (-74, 40.75), abs=0.1
    )
    assert gazetteer_of("DE").locate_cities(["Berlin"])[0] == pytest.approx((13.4, 52.5), abs=0.2)


def test_plain_name() -> None:
    """Case, accents and punctuation do not count."""
    assert plain_name("Saint-Étienne") == plain_name("St. Etienne") == "st etienne"
