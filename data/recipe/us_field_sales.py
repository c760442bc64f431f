"""The project `data/us-field-sales`: accounts, reps, postal codes, bridges and lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from data.recipe.atlas import DECIMALS, Atlas
from data.recipe.bridges import bridges
from data.recipe.files import write_shape, write_table
from data.recipe.packages import Packages
from data.recipe.summary import print_project
from data.recipe.us_accounts import drawn_accounts, without_some_coordinates, workload_h
from data.recipe.us_history import handed_over, name_accounts, state_line_alignment
from data.recipe.us_reps import drawn_reps, us_places, vacated
from territory_planner.geography.voronoi import voronoi_cells

SEED = 37
POSTAL_COLUMNS = ["postal_code", "latitude", "longitude", "place", "state", "county"]
REP_COLUMNS = ["territory_id", "territory", "rep_id", "rep", "email", "city", "state"]
ACCOUNT_COLUMNS = ["account_id", "name", "segment", "city", "state", "postal_code"]


def write_us_field_sales(
    folder: Path, packages: Packages, atlas: Atlas, postal: pd.DataFrame
) -> None:
    """Write the project's tables and lines, and print what they hold.

    Parameters
    ----------
    folder
        Where the files go.
    packages, atlas
        The sources.
    postal
        The populated postal codes of the contiguous states.
    """
    # A stream each, so that a change to one table leaves the draws of the others alone.
    of_accounts, of_reps, of_history = np.random.default_rng(SEED).spawn(3)
    accounts = drawn_accounts(of_accounts, postal)
    hours = workload_h(accounts)
    per_code = pd.Series(hours).groupby(accounts["postal_code"]).sum()
    load = np.asarray(postal["postal_code"].map(per_code).fillna(0), dtype=np.float64)
    reps = drawn_reps(of_reps, postal, us_places(packages, postal), load)
    area = pd.Series(state_line_alignment(postal, reps), index=postal["postal_code"])
    held = accounts["postal_code"].map(area).to_numpy(np.int64)
    held = handed_over(of_history, accounts, reps, held)
    share = reps["capacity"].to_numpy() / reps["capacity"].sum()
    reps = vacated(of_history, reps, np.bincount(held, hours, len(reps)) / (share * hours.sum()))
    accounts["current_territory"] = reps["territory_id"].to_numpy()[held]
    name_accounts(of_history, accounts, reps)
    measures = {
        "workload h/yr": hours,
        "potential USD/yr": accounts["potential_usd"].to_numpy(np.float64),
        "revenue USD/yr": accounts["revenue_usd"].to_numpy(np.float64),
        "accounts": np.ones(len(accounts)),
    }
    print_project("us-field-sales", accounts, reps, measures)
    accounts = without_some_coordinates(of_history, accounts)
    write_accounts(folder / "accounts.csv", accounts)
    write_reps(folder / "reps.csv", reps)
    write_table(
        folder / "postal_codes.csv",
        postal[[*POSTAL_COLUMNS, "population", "establishments"]],
        {"latitude": 5, "longitude": 5},
    )
    write_shape(folder / "outline.geojson", atlas.outline, "Contiguous United States", DECIMALS)
    write_shape(folder / "states.geojson", atlas.state_lines, "State lines", DECIMALS)
    write_shape(folder / "counties.geojson", atlas.county_lines, "County lines", DECIMALS)
    _write_bridges(folder, postal)


def write_accounts(path: Path, accounts: pd.DataFrame, *without: str) -> None:
    """Write the accounts in the order of a CRM export, without some columns."""
    columns = [
        *ACCOUNT_COLUMNS,
        *("latitude", "longitude", "revenue_usd", "potential_usd"),
        *("visits_per_year", "minutes_per_visit", "family", "named", "skills"),
        "current_territory",
    ]
    table = accounts[columns].drop(columns=list(without))
    write_table(path, table, {"latitude": 5, "longitude": 5})


def write_reps(path: Path, reps: pd.DataFrame, *without: str) -> None:
    """Write the reps and their homes, without some columns."""
    columns = [*REP_COLUMNS, "latitude", "longitude", "capacity", "skills", "manager"]
    table = reps[columns].drop(columns=list(without))
    write_table(path, table, {"latitude": 4, "longitude": 4, "capacity": 2})


def _write_bridges(folder: Path, postal: pd.DataFrame) -> None:
    """Write the bridges that the files, as written, need."""
    outline = shapely.from_geojson((folder / "outline.geojson").read_text(encoding="utf-8"))
    written = pd.read_csv(folder / "postal_codes.csv", dtype={"postal_code": str})
    cells = voronoi_cells(written[["longitude", "latitude"]].to_numpy(), outline)
    empty = sum(shapely.is_empty(cells.shapes))
    table = bridges(postal, cells.edges)
    write_table(folder / "bridges.csv", table)
    print(
        f"  {len(postal):,} postal codes, {len(cells.edges):,} borders, {empty} empty cells, "
        f"{len(table) + 1} pieces joined by {len(table)} bridges"
    )
