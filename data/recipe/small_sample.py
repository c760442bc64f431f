"""The small project that `territory-planner init` copies: one state, six territories."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from data.recipe.names import people
from data.recipe.packages import Packages
from data.recipe.summary import print_project
from data.recipe.us_accounts import drawn_accounts, workload_h
from data.recipe.us_field_sales import write_accounts, write_reps
from data.recipe.us_reps import us_places

SEED = 6
STATE = "CO"
N_ACCOUNTS = 240
LARGEST_USD = 360_000
HOMES = ("Denver", "Aurora", "Boulder", "Colorado Springs", "Fort Collins", "Grand Junction")
CAPACITY = (1.0, 1.0, 1.0, 1.0, 1.0, 0.6)
VACANT = "Boulder"
OLD_LINES = {
    "Grand Junction": "longitude < -106.2",
    "Colorado Springs": "latitude < 39.15",
    "Fort Collins": "latitude > 40.05",
    "Boulder": "longitude < -105.02",
    "Denver": "latitude > 39.7",
    "Aurora": "latitude <= 39.7",
}
"""The current territories, in the order in which the lines apply."""


def write_small_sample(folder: Path, packages: Packages, postal: pd.DataFrame) -> None:
    """Write the sample's two tables, and print what they hold."""
    rng = np.random.default_rng(SEED)
    local = postal[postal["state"] == STATE].reset_index(drop=True)
    accounts = drawn_accounts(rng, local, count=N_ACCOUNTS, families=5, largest_usd=LARGEST_USD)
    accounts["account_id"] = [f"A{i + 1:03d}" for i in range(N_ACCOUNTS)]
    reps = _reps(rng, packages, local)
    id_of = reps.set_index("city")["territory_id"]
    accounts["current_territory"] = ""
    for city, line in OLD_LINES.items():
        rows = accounts.query(line).index
        rows = rows[accounts.loc[rows, "current_territory"] == ""]
        accounts.loc[rows, "current_territory"] = id_of[city]
    measures = {
        "workload h/yr": workload_h(accounts),
        "potential USD/yr": accounts["potential_usd"].to_numpy(np.float64),
    }
    print_project("sample", accounts, reps, measures)
    write_accounts(folder / "accounts.csv", accounts, "named", "skills")
    write_reps(folder / "reps.csv", reps, "skills")


def _reps(rng: np.random.Generator, packages: Packages, local: pd.DataFrame) -> pd.DataFrame:
    places = us_places(packages, local).set_index("city").loc[list(HOMES)].reset_index()
    names = people(rng, len(HOMES) + 1)
    reps = places.assign(
        territory_id=[f"T{i + 1}" for i in range(len(HOMES))],
        territory=places["city"],
        rep_id=[f"R{i + 1}" for i in range(len(HOMES))],
        rep=names[:-1],
        email=[name.lower().replace(" ", ".") + "@example.com" for name in names[:-1]],
        capacity=CAPACITY,
        skills="",
        manager=names[-1],
    )
    reps.loc[reps["city"] == VACANT, ["rep_id", "rep", "email"]] = ""
    return reps
