"""The twelve thousand accounts of the sample: real places, drawn businesses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.random import Generator
from numpy.typing import NDArray

from data.recipe.names import company_names
from data.recipe.slicing import distance_km, plane_km

N_ACCOUNTS = 12_000
N_FAMILIES = 40
FAMILY_KM = 50.0
N_NAMED = 12
UNPLACED = 60
JITTER_KM = 3.0
SEGMENTS = {"enterprise": 0.05, "mid-market": 0.21, "small": 0.74}
REVENUE_USD = {"enterprise": 260_000, "mid-market": 52_000, "small": 13_000}
VISITS = {"enterprise": (18, 31), "mid-market": (8, 15), "small": (3, 7)}
MINUTES = {
    "enterprise": (60, 75, 90),
    "mid-market": (45, 60, 75),
    "small": (30, 45, 45, 60),
}
LARGEST_USD = 1_200_000
"""No single account may decide a territory's balance: 7% of a full-time rep's potential."""


def drawn_accounts(
    rng: Generator,
    postal: pd.DataFrame,
    *,
    count: int = N_ACCOUNTS,
    families: int = N_FAMILIES,
    largest_usd: float = LARGEST_USD,
) -> pd.DataFrame:
    """Return the accounts, drawn at postal codes in proportion to their establishments.

    Parameters
    ----------
    rng
        The source of every draw.
    postal
        The postal codes with ``establishments``.
    count
        How many accounts.
    families
        How many account families are among them.
    largest_usd
        No account's potential is larger.
    """
    of_names, rng = rng.spawn(2)
    odds = postal["establishments"].to_numpy(np.float64)
    index = rng.choice(len(postal), count, p=odds / odds.sum())
    at = postal.iloc[index].reset_index(drop=True)
    accounts = pd.DataFrame(
        {
            "account_id": [f"A{i + 1:05d}" for i in range(count)],
            "name": company_names(of_names, at["place"]),
            "segment": rng.choice(list(SEGMENTS), count, p=list(SEGMENTS.values())),
            "postal_code": at["postal_code"],
            "city": at["place"],
            "state": at["state"],
        }
    )
    accounts["latitude"], accounts["longitude"] = _near(rng, postal, index)
    _add_activity(rng, accounts, largest_usd)
    accounts["family"] = ""
    accounts["named"] = ""
    accounts["skills"] = ""
    _add_families(rng, accounts, families)
    return accounts


def workload_h(accounts: pd.DataFrame) -> NDArray[np.float64]:
    """Return each account's visiting time in hours a year."""
    visits = accounts["visits_per_year"].to_numpy(np.float64)
    return np.asarray(visits * accounts["minutes_per_visit"].to_numpy(np.float64) / 60)


def without_some_coordinates(rng: Generator, accounts: pd.DataFrame) -> pd.DataFrame:
    """Return the accounts with a few coordinates missing, as in any real export."""
    chosen = rng.choice(len(accounts), UNPLACED, replace=False)
    result = accounts.copy()
    result.loc[chosen, ["latitude", "longitude"]] = np.nan
    return result


def _near(
    rng: Generator, postal: pd.DataFrame, index: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a position near each account's postal code, inside that code's Voronoi cell.

    Less than half the way to the next code's point cannot leave the cell.
    """
    latitude = postal["latitude"].to_numpy()
    xy = plane_km(latitude, postal["longitude"].to_numpy())
    tree = shapely.STRtree(shapely.points(xy))
    pairs, apart = tree.query_nearest(
        shapely.points(xy), exclusive=True, return_distance=True, all_matches=False
    )
    gap = np.zeros(len(postal))
    gap[pairs[0]] = apart
    reach = np.minimum(JITTER_KM, 0.4 * gap[index]) * np.sqrt(rng.random(len(index)))
    turn = 2 * np.pi * rng.random(len(index))
    north = reach * np.sin(turn) / 111.2
    east = reach * np.cos(turn) / (111.2 * np.cos(np.radians(latitude[index])))
    return latitude[index] + north, postal["longitude"].to_numpy()[index] + east


def _add_activity(rng: Generator, accounts: pd.DataFrame, largest_usd: float) -> None:
    segment, count = accounts["segment"], len(accounts)
    middle = segment.map(REVENUE_USD).to_numpy(np.float64)
    revenue = middle * np.exp(rng.normal(0, 0.55, count))
    untapped = np.exp(rng.normal(0.35, 0.4, count))
    potential = revenue * (0.6 + untapped)
    # Spread below the limit rather than piled up at it.
    below = largest_usd * rng.uniform(0.65, 1.0, count)
    potential = np.where(potential > largest_usd, below, potential)
    accounts["revenue_usd"] = _hundreds(np.minimum(revenue, 0.8 * potential))
    accounts["potential_usd"] = _hundreds(potential)
    low = segment.map({s: v[0] for s, v in VISITS.items()}).to_numpy()
    high = segment.map({s: v[1] for s, v in VISITS.items()}).to_numpy()
    accounts["visits_per_year"] = rng.integers(low, high)
    accounts["minutes_per_visit"] = [int(rng.choice(MINUTES[s])) for s in segment]


def _add_families(rng: Generator, accounts: pd.DataFrame, wanted: int) -> None:
    """Join a few dozen groups of accounts near one another under one parent's name."""
    latitude = accounts["latitude"].to_numpy()
    longitude = accounts["longitude"].to_numpy()
    free = accounts["segment"].ne("enterprise").to_numpy().copy()
    families = 0
    for head in rng.permutation(np.flatnonzero(free)):
        if families == wanted:
            break
        reach = FAMILY_KM if rng.random() < 0.8 else 5 * FAMILY_KM
        away = distance_km(latitude[[head]], longitude[[head]], latitude, longitude)[0]
        near = np.flatnonzero(free & (away < reach))
        near = near[near != head]
        size = int(rng.integers(2, 7))
        if not free[head] or len(near) < size - 1:
            continue
        members = [head, *rng.choice(near, size - 1, replace=False)]
        name = accounts["name"][head]
        accounts.loc[members, "family"] = f"{name} Group"
        site = accounts.loc[members, "city"]
        number = site.groupby(site).cumcount() + 1
        site = site.where(number == 1, site + " " + number.astype(str))
        accounts.loc[members[1:], "name"] = f"{name} – " + site[1:]
        free[members] = False
        families += 1


def _hundreds(usd: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.asarray(np.rint(usd / 100) * 100, dtype=np.int64)
