"""The alignment of the sample as it stands: state lines of years ago, patched ever since."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from data.recipe.names import SKILL_OF_TRADE
from data.recipe.slicing import distance_km
from data.recipe.state_lines import state_line_territories
from data.recipe.us_accounts import N_NAMED
from data.recipe.us_reps import SPANISH_SPOKEN

HANDED_OVER = 0.03
FAR_AWAY_KM = 700.0


def state_line_alignment(postal: pd.DataFrame, reps: pd.DataFrame) -> NDArray[np.int64]:
    """Return the territory of each postal code when it was last drawn.

    States were cut along county lines, by the population of the 2010 census; a county as heavy as
    half a slice, like Los Angeles, was cut by postal code.

    Parameters
    ----------
    postal
        The postal codes with ``state``, ``county_code`` and ``population``.
    reps
        The reps with their homes.
    """
    county = postal.groupby(["state", "county_code"])["population"].transform("sum")
    homes = postal["state"].map(reps["state"].value_counts()).fillna(1)
    slice_of_state = postal.groupby("state")["population"].transform("sum") / homes
    key = postal["state"] + postal["county_code"]
    key = key.where(county <= slice_of_state / 2, postal["postal_code"])
    grouped = postal.assign(weight=postal["population"]).groupby(key)
    blocks = grouped.agg(
        {"state": "first", "latitude": "mean", "longitude": "mean", "weight": "sum"}
    )
    owner = pd.Series(state_line_territories(blocks, reps), index=blocks.index)
    return np.asarray(key.map(owner), dtype=np.int64)


def handed_over(
    rng: Generator, accounts: pd.DataFrame, reps: pd.DataFrame, territory: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the accounts' territories after years of favours: some went to a neighbour."""
    result = territory.copy()
    chosen = rng.choice(len(accounts), round(HANDED_OVER * len(accounts)), replace=False)
    away = distance_km(
        accounts["latitude"].to_numpy()[chosen],
        accounts["longitude"].to_numpy()[chosen],
        reps["latitude"].to_numpy(),
        reps["longitude"].to_numpy(),
    )
    nearest = np.argsort(away, axis=1, kind="stable")
    for row, account in enumerate(chosen):
        others = [k for k in nearest[row, :5] if k != territory[account]][:3]
        result[account] = rng.choice(others)
    return result


def name_accounts(rng: Generator, accounts: pd.DataFrame, reps: pd.DataFrame) -> None:
    """Mark the largest accounts of a dozen states as named, held by a rep far away."""
    largest = accounts[accounts["segment"] == "enterprise"].sort_values(
        ["revenue_usd", "account_id"], ascending=[False, True]
    )
    chosen = largest.drop_duplicates("state").head(N_NAMED)
    skills_of = [set(text.split(";")) for text in reps["skills"]]
    away = distance_km(
        chosen["latitude"].to_numpy(),
        chosen["longitude"].to_numpy(),
        reps["latitude"].to_numpy(),
        reps["longitude"].to_numpy(),
    )
    holders: list[int] = []
    for row, km in zip(chosen.index, away, strict=True):
        asked = _required_skills(str(accounts["name"][row]), str(accounts["state"][row]))
        order = np.argsort(-km, kind="stable")
        free = [k for k in order if reps["rep_id"][k] and k not in holders]
        while not (able := [k for k in free if skills_of[k].issuperset(asked)]):
            asked.pop()
        far = [k for k in able if km[k] > FAR_AWAY_KM] or able[:1]
        holders.append(int(rng.choice(far)))
        accounts.loc[row, ["named", "skills"]] = "yes", ";".join(asked)
        accounts.loc[row, "current_territory"] = reps["territory_id"][holders[-1]]


def _required_skills(name: str, state: str) -> list[str]:
    """Return what a named account asks for: the skill of its trade, and Spanish in the south."""
    asked = [skill for skill, trades in SKILL_OF_TRADE.items() if name.endswith(trades)]
    return asked + (["Spanish"] if asked and state in SPANISH_SPOKEN else [])
