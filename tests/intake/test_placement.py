"""What is said of rows that are placed by their city, or by nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_planner.intake import read_problem
from tests.intake.projects import PLAN, REPS, refused, write_project


def notes(folder: Path, country: str, rows: str, reps: str = REPS) -> str:
    """Return the notes on accounts given as "id,city,state" rows."""
    lines = [f"{row},1" for row in rows.split(";")]
    accounts = "\n".join(["id,city,state,hours", *lines, ""])
    plan = PLAN.replace("[data]", f'[data]\ncountry = "{country}"')
    return "\n".join(read_problem(write_project(folder, accounts, reps, plan)).notes)


def test_city_of_which_there_are_several(tmp_path: Path) -> None:
    """A city without a state that is there several times is told with the one taken."""
    found = notes(
        tmp_path, "US", "A1,Springfield,;A2,Springfield,IL;A3,Springfield,XX;A4,Denver,CO"
    )
    assert (
        "2 rows of accounts.csv name a city that is there several times and no state that tells "
        "which; the largest was taken, e.g. A1: Springfield (MO), A3: Springfield (MO)."
    ) in found
    assert "does not know" not in found


def test_state_that_is_not_known(tmp_path: Path) -> None:
    """A state that tells nothing is told, and a city of one name only is no guess."""
    found = notes(tmp_path, "US", "A1,Chattanooga,QQ;A2,Chattanooga,")
    assert (
        "1 row of accounts.csv names a state that the gazetteer does not know; the city alone was "
        "heeded, e.g. A1: Chattanooga (TN), not 'QQ'."
    ) in found
    assert "several times" not in found


def test_home_in_a_city_of_which_there_are_several(tmp_path: Path) -> None:
    """The home of a rep is told likewise, by its point where no state has a code."""
    reps = "rep_id,city\nR1,Birkenfeld\n"
    found = notes(tmp_path, "DE", "A1,Berlin,", reps)
    assert "1 row of reps.csv names a city" in found
    assert "e.g. R1: Birkenfeld (at " in found


@pytest.mark.parametrize(
    ("country", "remedy"),
    [
        (
            "DE",
            'Add coordinates, or a postal code or city that the gazetteer of country "DE" knows',
        ),
        ("FR", 'Add coordinates, or a city that the gazetteer of country "FR" knows'),
    ],
)
def test_remedy(tmp_path: Path, country: str, remedy: str) -> None:
    """A postal code is asked for where postal codes are known, and else a city."""
    plan = PLAN.replace("[data]", f'[data]\ncountry = "{country}"')
    text = "id,postal_code,hours\nA1,00000,1\n"
    assert remedy in refused(write_project(tmp_path, text, plan=plan))


def test_blank_to_place_by_city(tmp_path: Path) -> None:
    """Wrong coordinates may be left blank where something else places the row."""
    plan = PLAN.replace("[data]", '[data]\ncountry = "FR"')
    text = "id,latitude,longitude,hours\nA1,412,2,1\n"
    message = refused(write_project(tmp_path, text, plan=plan))
    assert "Correct it, or leave it blank to place the row by its city." in message


def test_no_such_country(tmp_path: Path) -> None:
    """A country that the gazetteer lacks is refused, also when all rows have coordinates."""
    plan = PLAN.replace("[data]", '[data]\ncountry = "ZZ"')
    assert '[data] country "ZZ" is not in the gazetteer.' in refused(
        write_project(tmp_path, plan=plan)
    )
