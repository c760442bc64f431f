"""Where a postal code or a city lies, looked up offline in the bundled tables.

Points are good for placing an account in its town, not at its door: a postal code has one point
for its whole area, a city its centre.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Point = tuple[float, float]

FOLDER = Path(__file__).parent
CODES, CITIES = "postal_codes.parquet", "cities.parquet"
# Codes of these countries are digits of one length, whose leading zeros spreadsheets drop.
DIGITS = {"US": 5, "DE": 5, "FR": 5, "IT": 5, "ES": 5, "MX": 5, "FI": 5}
# Towns of one name farther apart than this (in degrees) are not one place.
SAME_PLACE_DEG = 0.5

# A code that a reader knows, such as "MO", and not a number of the gazetteer's own.
_READABLE = re.compile("[A-Z]{2,3}")
_SHORT = {"saint": "st", "sankt": "st", "fort": "ft", "mount": "mt"}
_STATE_CODES = """
alabama:AL alaska:AK arizona:AZ arkansas:AR california:CA colorado:CO connecticut:CT
delaware:DE florida:FL georgia:GA hawaii:HI idaho:ID illinois:IL indiana:IN iowa:IA kansas:KS
kentucky:KY louisiana:LA maine:ME maryland:MD massachusetts:MA michigan:MI minnesota:MN
mississippi:MS missouri:MO montana:MT nebraska:NE nevada:NV new_hampshire:NH new_jersey:NJ
new_mexico:NM new_york:NY north_carolina:NC north_dakota:ND ohio:OH oklahoma:OK oregon:OR
pennsylvania:PA rhode_island:RI south_carolina:SC south_dakota:SD tennessee:TN texas:TX utah:UT
vermont:VT virginia:VA washington:WA west_virginia:WV wisconsin:WI wyoming:WY
district_of_columbia:DC
"""
_US_STATES = dict(pair.split(":") for pair in _STATE_CODES.split())


@dataclass(frozen=True)
class City:
    """What the gazetteer takes a city for.

    Parameters
    ----------
    point
        Longitude and latitude.
    told
        Its name with what tells it from others: "Springfield (MO)".
    is_guess
        Whether other places of that name lie elsewhere, and no state tells which is meant.
    ignored
        The state that was given and is not known, "" when there is none.
    """

    point: Point
    told: str
    is_guess: bool
    ignored: str


class Gazetteer:
    """The postal codes and cities of one country.

    Parameters
    ----------
    country
        Two-letter ISO code; a country that is not in the tables knows no place.
    folder
        Where `postal_codes.parquet` and `cities.parquet` lie.
    """

    def __init__(self, country: str, folder: Path = FOLDER) -> None:
        self.country = country.upper()
        self._folder = folder

    def locate_postal_codes(self, codes: Sequence[str]) -> FloatArray:
        """Return ``(n, 2)`` longitude and latitude of each code, NaN where it is not known."""
        return _points([self._points_of_codes.get(self.normal_code(code)) for code in codes])

    def locate_cities(
        self, cities: Sequence[str], states: Sequence[str] | None = None
    ) -> FloatArray:
        """Return ``(n, 2)`` longitude and latitude of each city, NaN where it is not known.

        Of several cities of one name the most populous is meant, unless the state tells: given
        beside, or after a comma as in "Springfield, IL".
        """
        beside = states if states is not None else [""] * len(cities)
        found = [self.city(c, s) for c, s in zip(cities, beside, strict=True)]
        return _points([place.point if place else None for place in found])

    def city(self, city: str, state: str = "") -> City | None:
        """Return what a city is taken for, None when it is not known."""
        name, _, after = city.partition(",")
        given = (state or after).strip().strip("()")
        wanted = self._state(given)
        ignored = "" if wanted else given
        for key in (plain_name(name), plain_name(city)):
            places = self._cities.get(key) or self._cities.get(f"{key} city", [])
            inside = [place for place in places if wanted in (None, place[1])]
            if inside:
                _, admin, x, y = inside[0]
                where = admin if _READABLE.fullmatch(admin) else f"at {y:.1f}, {x:.1f}"
                apart = [max(abs(p[2] - x), abs(p[3] - y)) > SAME_PLACE_DEG for p in inside]
                is_guess = wanted is None and any(apart)
                return City((x, y), f"{name.strip()} ({where})", is_guess, ignored)
        town = None if wanted else self._towns.get(plain_name(name))
        return None if town is None else City(town, name.strip(), False, ignored)

    @cached_property
    def knows_postal_codes(self) -> bool:
        """Whether the country's postal codes are in the tables."""
        return bool(self._points_of_codes)

    def normal_code(self, code: str) -> str:
        """Return a postal code as the table writes it: capitals, zeros back, no suffix."""
        plain = code.strip().upper()
        digits = DIGITS.get(self.country)
        if digits is None:
            return plain.replace(" ", "")
        first = plain.split("-")[0].removesuffix(".0").strip()
        return first.zfill(digits) if first.isdigit() and len(first) >= 3 else plain

    @cached_property
    def extent(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north of the country's known places, None when it has none."""
        tables = [self._read(name, ["longitude", "latitude"]) for name in (CODES, CITIES)]
        x = np.array([x for table in tables for x in table["longitude"]], dtype=np.float64)
        y = np.array([y for table in tables for y in table["latitude"]], dtype=np.float64)
        if len(x) == 0:
            return None
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())

    def _state(self, text: str) -> str | None:
        """Return the admin code of a state, None when the text tells nothing we know."""
        code = text.upper() if text else None
        if self.country == "US" and text:
            code = _US_STATES.get(plain_name(text).replace(" ", "_"), code)
        return code if code in self._states else None

    @cached_property
    def _points_of_codes(self) -> dict[str, Point]:
        table = self._read(CODES, ["postal_code", "longitude", "latitude"])
        codes = [self.normal_code(code) for code in table["postal_code"]]
        return dict(
            zip(codes, zip(table["longitude"], table["latitude"], strict=True), strict=True)
        )

    @cached_property
    def _cities(self) -> dict[str, list[tuple[int, str, float, float]]]:
        """Plain city name to its (population, state, longitude, latitude), most populous first."""
        table = self._read(CITIES, ["city", "population", "admin", "longitude", "latitude"])
        rows = zip(
            table["city"],
            table["population"],
            table["admin"],
            table["longitude"],
            table["latitude"],
            strict=True,
        )
        found: dict[str, list[tuple[int, str, float, float]]] = {}
        for city, population, admin, x, y in rows:
            place = (int(population or 0), str(admin or "").upper(), float(x), float(y))
            for key in {plain_name(city), plain_name(city, spelled=True)}:
                found.setdefault(key, []).append(place)
        for places in found.values():
            places.sort(key=lambda place: (-place[0], place[1:]))
        return found

    @cached_property
    def _states(self) -> frozenset[str]:
        return frozenset(place[1] for places in self._cities.values() for place in places)

    @cached_property
    def _towns(self) -> dict[str, Point]:
        """Plain names of the postal codes' places, where all codes of a name lie together."""
        table = self._read(CODES, ["place", "longitude", "latitude"])
        found: dict[str, list[Point]] = {}
        for place, x, y in zip(table["place"], table["longitude"], table["latitude"], strict=True):
            found.setdefault(plain_name(place or ""), []).append((x, y))
        return {
            name: (float(np.mean(points, axis=0)[0]), float(np.mean(points, axis=0)[1]))
            for name, points in found.items()
            if name and np.ptp(points, axis=0).max() < SAME_PLACE_DEG
        }

    def _read(self, name: str, columns: list[str]) -> dict[str, list[Any]]:
        import pyarrow.parquet as pq

        path = self._folder / name
        if not path.exists():
            return {column: [] for column in columns}
        table = pq.read_table(path, columns=columns, filters=[("country", "=", self.country)])
        return {column: table.column(column).to_pylist() for column in columns}


@lru_cache(maxsize=8)
def gazetteer_of(country: str) -> Gazetteer:
    """Return the bundled gazetteer of a country, read once."""
    return Gazetteer(country)


def plain_name(name: str, *, spelled: bool = False) -> str:
    """Return a name without case, accents and punctuation; "Saint" and "St." are both "st".

    With ``spelled`` the German umlauts are written out, as in "Muenchen".
    """
    folded = name.casefold()
    if spelled:
        folded = folded.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    bare = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in bare.replace("'", "")).split()
    return " ".join(_SHORT.get(word, word) for word in words)


def _points(found: Sequence[Point | None]) -> FloatArray:
    missing = (np.nan, np.nan)
    points = np.array([point or missing for point in found], dtype=np.float64)
    return points.reshape(-1, 2)
