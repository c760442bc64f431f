"""Drawn names: companies and people that do not exist but sound as if they did."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.random import Generator

FIRST = """
Abby Adrian Aisha Alan Alicia Amara Andre Anita Ben Bianca Brooke Caleb Carla Carmen Chen Claire
Colin Dana Daniel Darius Deepa Diego Elena Eli Emma Erin Farah Felix Gabriel Grace Greg Hannah
Hector Ian Imani Irene Isaac Jada James Jasmine Joel Jorge Julia Kara Keith Kenji Laila Laura Leo
Liam Lucia Marcus Maria Mei Miguel Monica Nadia Nathan Nina Noah Olivia Omar Paige Patrick Priya
Quinn Rachel Raj Rosa Ryan Samira Scott Sofia Tara Theo Tyler Uma Victor Wendy Xavier Yara Zoe
"""
LAST = """
Abbott Acosta Adler Ahmed Alvarez Anders Baker Barnes Bauer Becker Bell Bennett Boone Brandt Brooks
Cabrera Calloway Campbell Carver Castillo Chang Chavez Cole Conrad Cooper Cortez Craig Dalton Das
Delgado Dixon Doyle Drake Duran Ellis Estrada Farley Fischer Flores Foster Frost Gallagher Garza
Gibson Grady Graham Grant Greer Hale Hansen Hardy Harmon Hayes Henson Hoang Hoffman Holt Hughes
Ibarra Irwin Jansen Jensen Kaur Keller Kemp Kim Knox Kowalski Kramer Lam Landry Larsen Lin Lowe
Lozano Maddox Maguire Marsh Meyer Mills Molina Moran Morrow Moss Nash Navarro Nguyen Nolan Novak
Olson Ortega Osborn Park Parrish Patel Pena Perkins Pratt Quinn Ramsey Reyes Rhodes Rivas Roth
Rowe Salas Sandoval Schmidt Shah Shaw Silva Sloan Soto Stark Stein Sutton Tanaka Tate Thorne
Townsend Tran Vance Vargas Vega Wade Walsh Weber Whitaker Wilder Wong Yates York Zamora Ziegler
"""
MARK = """
Acorn Alder Allied Amber Anchor Apex Arbor Arrow Aspen Atlas Aurora Beacon Birch Bluebird Bluff
Boulder Bridge Bright Cactus Canyon Capital Cardinal Cascade Cedar Centennial Central Century
Champion Clear Coastal Compass Copper Cornerstone Crescent Crest Crown Crystal Delta Diamond Eagle
Elm Emerald Evergreen Falcon First Flint Forest Frontier Gateway Golden Granite Great Green Grove
Harbor Harvest Hawk Heritage Highland Horizon Iron Ivy Juniper Keystone Lakeside Lantern Legacy
Liberty Lighthouse Lone Maple Meadow Meridian Metro Midway Millstone Monarch Mountain National
North Northgate Oak Orchard Osprey Pacific Paragon Patriot Peak Pinnacle Pioneer Prairie Premier
Prime Quarry Redwood Ridge River Riverbend Rock Sage Sequoia Sierra Silver Sky Solid Southern
Spring Sterling Stone Summit Sun Sycamore Tidewater Timber Trailhead Tri Trident Union United
Valley Vanguard Vista Walnut Western White Willow Windsor
"""
TAIL = """
bridge field gate point line view crest haven stone way star land side brook mark
"""
TRADE = {
    "Automotive": 4, "Bakery": 2, "Brewing": 2, "Builders": 5, "Chemical": 2, "Clinics": 5,
    "Components": 3, "Construction": 6, "Controls": 3, "Dairy": 2, "Dental Care": 5,
    "Diagnostics": 3, "Distribution": 5, "Electric": 5, "Electronics": 3, "Engineering": 5,
    "Equipment": 5, "Fabrication": 4, "Farms": 2, "Financial": 5, "Fitness": 2, "Foods": 5,
    "Freight": 4, "Furniture": 2, "Glass": 2, "Health": 6, "Heating & Air": 4, "Home Care": 4,
    "Hospitality": 4, "Hotels": 3, "Imaging": 2, "Industrial Supply": 4, "Instruments": 2,
    "Insurance": 5, "Labs": 3, "Landscaping": 3, "Legal": 4, "Logistics": 6, "Machine Works": 4,
    "Marine": 1, "Materials": 3, "Medical Supply": 4, "Metals": 3, "Orthopedics": 2,
    "Packaging": 4, "Paper": 1, "Pharmacy": 3, "Plastics": 3, "Plumbing": 4, "Precision": 3,
    "Printing": 3, "Properties": 5, "Restaurants": 4, "Roofing": 3, "Security": 3, "Software": 6,
    "Solar": 2, "Staffing": 4, "Steel": 2, "Storage": 3, "Systems": 5, "Tool & Die": 2,
    "Transport": 4, "Veterinary": 3, "Warehousing": 3, "Waste Services": 2, "Wholesale": 4,
}  # fmt: skip

SKILL_OF_TRADE = {
    "health care": (
        "Clinics", "Dental Care", "Diagnostics", "Health", "Home Care", "Imaging", "Labs",
        "Medical Supply", "Orthopedics", "Pharmacy",
    ),
    "financial services": ("Financial", "Insurance"),
    "manufacturing": (
        "Automotive", "Chemical", "Components", "Controls", "Electronics", "Equipment",
        "Fabrication", "Industrial Supply", "Instruments", "Machine Works", "Metals",
        "Packaging", "Plastics", "Precision", "Steel", "Tool & Die",
    ),
}  # fmt: skip
"""What a company's trade asks of a rep who serves it."""


def company_names(rng: Generator, city: pd.Series[str]) -> list[str]:
    """Return one company name per city given, no two alike.

    Parameters
    ----------
    rng
        The source of every draw.
    city
        Where each company is: one in six is named after its town.
    """
    trades = np.array(list(TRADE))
    odds = np.array(list(TRADE.values()), dtype=np.float64)
    taken: set[str] = set()
    names = []
    for town in city:
        name = ""
        while not name or name in taken:
            name = _company_name(rng, str(town), str(rng.choice(trades, p=odds / odds.sum())))
        taken.add(name)
        names.append(name)
    return names


def people(rng: Generator, count: int, barred: frozenset[str] = frozenset()) -> list[str]:
    """Return that many people's names; no two share a last name, so that a map reads well.

    Parameters
    ----------
    rng
        The source of every draw.
    count
        How many.
    barred
        Names whose last names are not to be used.
    """
    used = {name.split()[-1] for name in barred}
    last = [name for name in LAST.split() if name not in used]
    chosen = rng.permutation(last)[:count]
    return [f"{rng.choice(FIRST.split())} {surname}" for surname in chosen]


def _company_name(rng: Generator, town: str, trade: str) -> str:
    kind = rng.random()
    if kind < 0.16:
        return f"{town} {trade}"
    if kind < 0.36:
        return f"{rng.choice(LAST.split())} {trade}"
    if kind < 0.46:
        founder, partner = rng.choice(LAST.split(), 2, replace=False)
        return f"{founder} & {partner} {trade}"
    if kind < 0.72:
        return f"{rng.choice(MARK.split())}{rng.choice(TAIL.split())} {trade}"
    first, second = rng.choice(MARK.split(), 2, replace=False)
    return f"{first} {second} {trade}"
