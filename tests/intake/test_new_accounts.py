"""Kept columns, and the tables of accounts that scenarios add."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from territory_planner.config import read_settings
from territory_planner.domain.scenario import AddAccounts
from territory_planner.errors import InputError
from territory_planner.intake import check, read_problem
from territory_planner.intake.new_accounts import read_new_accounts
from territory_planner.scenarios.edit import matching
from territory_planner.scenarios.edits import apply
from tests.intake.projects import ACCOUNTS, PLAN, refused, write_project

WITH_TRADE = "\n".join(
    line + extra
    for line, extra in zip(
        ACCOUNTS.splitlines(), [",Trade", ",steel", ",wood", ", wood ", ",", ",steel", ",n/a"],
        strict=True,
    )
)  # fmt: skip
COUNTED = PLAN + '[[measure]]\nname = "accounts"\ncount = true\n'
ADDING = '[[scenario]]\nname = "more"\nedits = [{ add_accounts = "new.csv" }]\n'
NEW = """id,name,latitude,longitude,hours,current,Trade
N1,Gorse,50.15,8.15,5,T2,zinc
N2,,50.25,8.25,7,Ann Ash,
"""


def kept(plan: str) -> str:
    """Return settings that keep the trade."""
    return plan.replace('reps = "reps.csv"', 'reps = "reps.csv"\nkeep = ["trade"]')


def test_columns_that_are_asked_for_are_kept(tmp_path: Path) -> None:
    """By a list, or by a scenario's where; without either the problem is what it was."""
    plain = read_problem(write_project(tmp_path / "a", WITH_TRADE))
    assert plain.accounts.columns == {}
    assert plain == read_problem(write_project(tmp_path / "b"))
    problem = read_problem(write_project(tmp_path / "c", WITH_TRADE, plan=kept(PLAN)))
    column = problem.accounts.columns["trade"]
    assert column.values[column.code].tolist() == ["steel", "wood", "wood", "", "steel", ""]
    where = (
        '[[scenario]]\nname = "a"\n'
        'edits = [{ scale = "workload", by = 0.1, where = { trade = "wood" } }]\n'
    )
    named = read_problem(write_project(tmp_path / "d", WITH_TRADE, plan=PLAN + where))
    assert named == problem
    uses = {use.ours: (use.header, use.how) for use in check(tmp_path / "c").columns}
    assert uses["trade"] == ("Trade", "kept")
    ours = PLAN.replace('reps = "reps.csv"', 'reps = "reps.csv"\nkeep = ["Name"]')
    names = read_problem(write_project(tmp_path / "e", plan=ours)).accounts.columns["Name"]
    assert names.values.tolist() == ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir"]


def test_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With the nearest header."""
    told = refused(write_project(tmp_path, WITH_TRADE.replace("Trade", "trades"), plan=kept(PLAN)))
    assert "column 'trade', which [data] keep or a scenario's where names, is missing" in told
    assert "Did you mean 'trades'?" in told


BLANKS = (
    ["steel", "", None, "nan", "  ", "wood"],
    [1.0, np.nan, None, np.nan, np.nan, 2.5],
    [1.0, np.nan, None, np.nan, np.nan, 2.0],
)


@pytest.mark.parametrize("cells", BLANKS)
@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_blank_cells_are_told(tmp_path: Path, cells: list[Any], suffix: str) -> None:
    """Those of texts and of numbers, however a file holds nothing; others by their value."""
    folder = write_project(
        tmp_path, plan=kept(PLAN).replace("accounts.csv", f"accounts.{suffix}"), accounts=ACCOUNTS
    )
    frame = pd.read_csv(folder / "accounts.csv").assign(trade=cells)
    place = folder / f"accounts.{suffix}"
    if suffix == "csv":
        frame.to_csv(place, index=False)
    elif suffix == "xlsx":
        frame.to_excel(place, index=False)
    else:
        frame.to_parquet(place)
    problem = read_problem(folder)
    blank = matching(problem, {"trade": ""})
    assert problem.accounts.ids[blank].tolist() == ["A2", "A3", "A4", "A5"]
    first = "steel" if cells[0] == "steel" else "1.0" if suffix == "csv" else "1"
    both = matching(problem, {"trade": ("", first)})
    assert problem.accounts.ids[both].tolist() == ["A1", "A2", "A3", "A4", "A5"]


def test_columns_go_where_their_accounts_do(tmp_path: Path) -> None:
    """Accounts that are left out take their values along."""
    accounts = WITH_TRADE.replace("A2,Birch,50.1,8.1", "A2,Birch,,").replace("wood ", "wool")
    plan = kept(PLAN).replace("[[measure]]", 'unplaced = "leave out"\n[[measure]]', 1)
    problem = read_problem(write_project(tmp_path, accounts, plan=plan))
    assert problem.accounts.ids.tolist() == ["A1", "A3", "A4", "A5", "A6"]
    column = problem.accounts.columns["trade"]
    assert column.values.tolist() == ["", "steel", "wool"]
    assert column.values[column.code].tolist() == ["steel", "wool", "", "steel", ""]


def test_a_table_of_new_accounts_is_read_like_the_accounts(tmp_path: Path) -> None:
    """By the same columns; counts are filled in."""
    folder = write_project(tmp_path, WITH_TRADE, plan=kept(COUNTED) + ADDING, new_csv=NEW)
    settings = read_settings(folder)
    (scenario,) = read_new_accounts(settings, settings.scenarios)
    problem, criteria = read_problem(settings), settings.criteria()
    more, _ = apply(problem, criteria, scenario)
    assert more.accounts.ids[6:].tolist() == ["N1", "N2"]
    assert more.accounts.names[6:].tolist() == ["Gorse", "N2"]
    assert more.accounts.activity[6:].tolist() == [[5, 1], [7, 1]]
    assert more.accounts.current[6:].tolist() == [1, 0]
    assert more.target.sum(axis=0) == pytest.approx([222, 8])
    column = more.accounts.columns["trade"]
    assert column.values[column.code][6:].tolist() == ["zinc", ""]
    # What the same rows would have been in the accounts' own table, but for the plane.
    rows = NEW.replace(",5,", ",5,0,").replace(",7,", ",7,0,").splitlines()[1:]
    whole = "\n".join([WITH_TRADE, *rows, ""])
    same = read_problem(write_project(tmp_path / "same", whole, plan=kept(COUNTED)))
    assert same.accounts.activity.tolist() == more.accounts.activity.tolist()
    assert same.accounts.current.tolist() == more.accounts.current.tolist()
    assert np.abs(same.units.xy - more.units.xy).max() < 30_000


def test_inline_accounts_are_filled_in(tmp_path: Path) -> None:
    """The project's country, and counts."""
    inline = (
        '[[scenario]]\nname = "more"\n'
        'edits = [{ add_accounts = { id = "N1", city = "Mainz", workload = 3 } }]\n'
    )
    plan = COUNTED.replace('reps = "reps.csv"', 'reps = "reps.csv"\ncountry = "DE"') + inline
    settings = read_settings(write_project(tmp_path, plan=plan))
    (scenario,) = read_new_accounts(settings, settings.scenarios)
    (edit,) = scenario.edits
    assert isinstance(edit, AddAccounts)
    record = {"id": "N1", "city": "Mainz", "workload": 3.0, "accounts": 1.0, "country": "DE"}
    assert edit.accounts == (record,)


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (NEW.replace("hours", "hour"), "column 'hours' (measure 'workload') is missing"),
        (NEW.replace(",5,", ",x,"), "column 'hours' must be a number"),
        (NEW.replace("N2", "N1"), "column 'id' must be unique"),
        (NEW.replace("50.15", "95"), "latitude"),
    ],
)
def test_faults_of_the_table_are_told(tmp_path: Path, new: str, told: str) -> None:
    """With file and line, as those of the accounts are."""
    folder = write_project(tmp_path, plan=PLAN + ADDING, new_csv=new)
    settings = read_settings(folder)
    with pytest.raises(InputError) as caught:
        read_new_accounts(settings, settings.scenarios)
    assert str(caught.value).startswith("new.csv")
    assert told in str(caught.value)


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Once for each scenario that names one, in one error."""
    twice = ADDING + ADDING.replace("more", "most").replace("new.csv", "newer.csv")
    settings = read_settings(write_project(tmp_path, plan=PLAN + twice))
    with pytest.raises(InputError) as caught:
        read_new_accounts(settings, settings.scenarios)
    assert "new.csv" in str(caught.value)
    assert "newer.csv" in str(caught.value)
