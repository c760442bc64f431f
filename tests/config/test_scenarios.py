"""`[[scenario]]` in plan.toml: what may be written, and every fault in it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_planner.config import read_settings
from territory_planner.domain.criteria import Band
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.scenario import (
    AddAccounts,
    CloseTerritory,
    Lock,
    OpenTerritory,
    RemoveAccounts,
    Scale,
    Scenario,
    SetShare,
    folder_name,
)
from territory_planner.errors import InputError
from tests.intake.projects import PLAN, write_project

SCENARIOS = """
[[scenario]]
name = "hire"
edits = [
  { open_territory = "T4", name = "Denver", latitude = 39.7, longitude = -105.0, share = 0.5 },
  { set_share = "T1", share = 2 },
]

[[scenario]]
name = "leaver in May"
parent = "hire"
bands = { workload = 0.2 }
budgets = { workload = 0.1 }
edits = [{ close_territory = "R2" }]
"""


def read(tmp_path: Path, text: str) -> tuple[Scenario, ...]:
    """Return the scenarios of a project with some text added to its settings."""
    return read_settings(write_project(tmp_path, plan=PLAN + text)).scenarios


def refused(tmp_path: Path, text: str) -> str:
    """Return the message the text is refused with."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    return str(caught.value)


def test_scenarios_are_read_in_their_order(tmp_path: Path) -> None:
    """Edits keep theirs as well; what is not given has its default."""
    hire, leaver = read(tmp_path, SCENARIOS)
    opened = OpenTerritory("T4", "Denver", 39.7, -105.0, 0.5)
    assert hire == Scenario("hire", (opened, SetShare("T1", 2.0)))
    assert leaver.edits == (CloseTerritory("R2"),)
    assert leaver.parent == "hire"
    assert leaver.bands == {"workload": Band.within(0.2)}
    assert leaver.budgets == {"workload": 0.1}
    settings = read_settings(tmp_path)
    assert [s.name for s in settings.lineage("leaver in May")] == ["hire", "leaver in May"]
    with pytest.raises(InputError, match="Did you mean 'hire'"):
        settings.lineage("hires")


def test_accounts_are_named_in_several_ways(tmp_path: Path) -> None:
    """An id, a list of ids, or their columns' values; new ones by a file or in tables."""
    edits = """
[[scenario]]
name = "a"
edits = [
  { scale = "workload", by = 0.12, where = { industry = "Health care", segment = ["a", "b"] } },
  { remove_accounts = ["A1", "A2"] },
  { remove_accounts = { industry = "Steel" } },
  { lock = { industry = "Steel" }, territory = "T1" },
  { add_accounts = "new.csv" },
  { add_accounts = { id = "N1", latitude = 50, longitude = 8.0, named = true, workload = 3 } },
  { add_accounts = [{ id = "N1", city = "Mainz" }, { id = "N2" }] },
]
"""
    (scenario,) = read(tmp_path, edits)
    assert scenario.edits == (
        Scale("workload", 0.12, "", {"industry": "Health care", "segment": ("a", "b")}),
        RemoveAccounts(("A1", "A2")),
        RemoveAccounts((), {"industry": "Steel"}),
        Lock((), "T1", {"industry": "Steel"}),
        AddAccounts("new.csv"),
        AddAccounts(
            accounts=(
                {"id": "N1", "latitude": 50.0, "longitude": 8.0, "named": True, "workload": 3.0},
            )
        ),
        AddAccounts(accounts=({"id": "N1", "city": "Mainz"}, {"id": "N2"})),
    )
    assert read_settings(tmp_path).kept_columns() == ("industry", "segment")


def test_where_tells_of_blanks(tmp_path: Path) -> None:
    """By "", in the place of a value or among some; ids and settings must not be empty still."""
    edits = """
[[scenario]]
name = "a"
edits = [
  { scale = "workload", by = 0.12, where = { industry = "", segment = ["", "b"] } },
  { remove_accounts = { industry = "" } },
]
"""
    (scenario,) = read(tmp_path, edits)
    assert scenario.edits == (
        Scale("workload", 0.12, "", {"industry": "", "segment": ("", "b")}),
        RemoveAccounts((), {"industry": ""}),
    )
    told = refused(tmp_path, edits.replace('{ industry = "" }', '["", "A2"]'))
    assert "account must not hold an empty name" in told


def test_criteria_that_differ_are_those_that_are_written(tmp_path: Path) -> None:
    """And a child's settings are its parents' with its own over them."""
    text = """
[[scenario]]
name = "far"
criteria = { max_distance_km = 300, centers = "free" }
[[scenario]]
name = "farther"
parent = "far"
start = "out/plan.plan"
adopt = true
criteria = { max_distance_km = 400 }
"""
    far, farther = read(tmp_path, text)
    assert far.criteria == {"max_distance_km": 300.0, "centers": "free"}
    assert farther == Scenario(
        "farther", parent="far", criteria={"max_distance_km": 400.0}, start="out/plan.plan",
        adopt=True,
    )  # fmt: skip
    wishes = read_settings(tmp_path).under("farther").wishes
    assert (wishes.centers, wishes.max_distance_km, wishes.contiguous) == ("free", 400.0, False)


def test_effort_that_differs_is_what_is_written(tmp_path: Path) -> None:
    """A child's is its parents' with its own over it; what is insisted on goes before all."""
    text = """
[[scenario]]
name = "long"
solve = { time_limit_s = 600, seed = 3 }
[[scenario]]
name = "longer"
parent = "long"
solve = { time_limit_s = 900, relative_gap = 0.01 }
"""
    long, longer = read(tmp_path, text)
    assert long.solve == {"time_limit_s": 600.0, "seed": 3}
    assert longer.solve == {"time_limit_s": 900.0, "relative_gap": 0.01}
    settings = read_settings(tmp_path)
    assert settings.solve_options() == SolveOptions()
    assert settings.under("longer").solve_options() == SolveOptions(900.0, 0.01, 3)
    flags = settings.insisting(seed=7, time_limit_s=2.0)
    assert flags.solve_options() == SolveOptions(2.0, seed=7)
    assert flags.under("longer").solve_options() == SolveOptions(2.0, 0.01, 7)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[[scenario]]\nname = "a"\nsolve = { time_limit = 60 }\n',
            "[[scenario]] 'a' solve has no setting 'time_limit'. Did you mean 'time_limit_s'?",
        ),
        (
            '[[scenario]]\nname = "a"\nsolve = { time_limit_s = 0, workers = 0 }\n',
            "[[scenario]] 'a' solve time_limit_s must be more than 0, not 0.",
        ),
        ('[[scenario]]\nname = "a"\nsolve = { seed = "1" }\n', "solve seed must be a whole number"),
        ('[[scenario]]\nname = "a"\nsolve = 3\n', "'a' solve must be a table of settings, not 3"),
        (
            '[[scenario]]\nname = "a"\ncriteria = { contigous = true }\n',
            "[[scenario]] 'a' criteria has no setting 'contigous'. Did you mean 'contiguous'?",
        ),
        (
            '[[scenario]]\nname = "a"\ncriteria = { centers = "homes", max_distance_km = 0 }\n',
            "criteria max_distance_km must be more than 0",
        ),
        ('[[scenario]]\nname = "a"\ncriteria = 3\n', "criteria must be a table"),
        (
            '[[scenario]]\nname = "a"\ncriteria = { contiguous = true }\n',
            "[[scenario]] 'a': [criteria] contiguous = true needs to know",
        ),
        ('[[scenario]]\nname = "a"\nadopt = true\n', "adopt needs a plan"),
        (
            '[[scenario]]\nname = "a"\nedits = [{ add_accounts = 3 }]\n',
            "accounts must be a table or a list of tables, not 3",
        ),
        (
            '[[scenario]]\nname = "a"\nedits = [{ remove_accounts = { trade = 3 } }]\n',
            "where trade must be a text in quotes, not 3",
        ),
        ('[scenario]\nname = "a"\n', "Write [[scenario]], with two brackets"),
        ("[[scenario]]\nedits = []\n", "[[scenario]] 1 needs the setting 'name'"),
        ('[[scenario]]\nname = "a"\nedit = []\n', "has no setting 'edit'"),
        ('[[scenario]]\nname = "a"\nedits = "x"\n', "edits must be a list"),
        (
            '[[scenario]]\nname = "a"\nedits = [{ close_teritory = "T1" }]\n',
            "Did you mean 'close_territory'",
        ),
        ('[[scenario]]\nname = "a"\nedits = [{}]\n', "edit 1 must be a table"),
        (
            '[[scenario]]\nname = "a"\nedits = [{ close_territory = "T1", lock = "A1" }]\n',
            "Make two edits of it",
        ),
        (
            '[[scenario]]\nname = "a"\nedits = [{ set_share = "T1" }]\n',
            "[[scenario]] 'a' edit 1 needs the setting 'share'",
        ),
        (
            '[[scenario]]\nname = "a"\nedits = [{ set_share = "T1", share = "half" }]\n',
            "share must be a number",
        ),
        ('[[scenario]]\nname = "base"\n', "Rename it"),
        ('[[scenario]]\nname = "a"\n[[scenario]]\nname = "a"\n', "is there 2 times"),
        ('[[scenario]]\nname = "a b"\n[[scenario]]\nname = "A-b"\n', "the folder of 'a b'"),
        (
            f'[[scenario]]\nname = "{"x" * 300}"\n',
            "xxx…' has a name of 300 characters, too long for its folder. Shorten it to 100.",
        ),
        (f'[[scenario]]\nname = "{"東" * 90}"\n', "of 90 characters, too long"),
        ('[[scenario]]\nname = "a"\nparent = "b"\n', "parent 'b' is not a scenario"),
        (
            '[[scenario]]\nname = "a"\nparent = "b"\n[[scenario]]\nname = "b"\nparent = "a"\n',
            "among its own parents",
        ),
        ('[[scenario]]\nname = "a"\nbands = { work = 0.1 }\n', "Did you mean 'workload'?"),
        ('[[scenario]]\nname = "a"\nbudgets = { workload = 2 }\n', "must be at most 1"),
        ("[[scenarios]]\n", "Did you mean 'scenario'?"),
    ],
)
def test_faults_are_told(tmp_path: Path, text: str, told: str) -> None:
    """In a sentence with what to do."""
    assert told in refused(tmp_path, text)


@pytest.mark.parametrize("name", ["x" * 100, "東" * 60])
def test_a_long_name_is_that_of_a_folder(tmp_path: Path, name: str) -> None:
    """The longest that is taken can be made."""
    (scenario,) = read(tmp_path, f'[[scenario]]\nname = "{name}"\n')
    (tmp_path / folder_name(scenario.name)).mkdir()
