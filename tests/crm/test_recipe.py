"""What a script does with a CRM: held to the same rules as the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from territory_planner.crm.change_set import Scope
from territory_planner.crm.directory import Directory
from territory_planner.crm.recipe import begin, look
from territory_planner.errors import InputError
from tests.crm.folders import make_folder
from tests.exporting.plans import plan_of
from tests.worlds import grid_problem

CRM = "directory:world"


@pytest.fixture
def crm(tmp_path: Path) -> Directory:
    """Return a folder that holds three of a plan's four accounts."""
    folder = make_folder(tmp_path / "world", 0)
    lines = ["id,name,owner_id", *(f"A{i},,R1" for i in range(3))]
    (folder / "accounts.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    people = ["id,name,email", "R1,,rep1@example.com", "R2,,rep2@example.com"]
    (folder / "users.csv").write_text("\n".join([*people, ""]), encoding="utf-8")
    return Directory(folder)


def test_a_push_is_held_to_its_day_and_its_faults(crm: Directory, tmp_path: Path) -> None:
    """Nothing is begun before the day or with a fault, unless it is said to be."""
    plan = plan_of(grid_problem("1111", current="AAAA"), "ABBA")
    push = tmp_path / "push"
    seen = look(plan, crm, Scope(territory=False), date(2999, 1, 1))
    with pytest.raises(InputError, match="holds from 2999-01-01"):
        begin(seen, plan, CRM, push)
    with pytest.raises(InputError, match=r"unknown record \(1\)"):
        begin(seen, plan, CRM, push, now=True)
    assert not push.exists()
    begun = begin(seen, plan, CRM, push, now=True, leave_out_faulty=True)
    assert [change.record_id for change in begun.changes] == ["A1", "A2"]


@pytest.mark.parametrize("name", ["errors.csv", "journal.jsonl"])
def test_a_folder_with_files_of_another_push_is_refused(
    crm: Directory, tmp_path: Path, name: str
) -> None:
    """An old journal would say that rows are written, and mended rows would be lost."""
    (tmp_path / name).write_text("mine")
    plan = plan_of(grid_problem("1111", current="AAAA"), "ABBA")
    with pytest.raises(InputError, match=f"there is {name} in this folder"):
        begin(look(plan, crm, Scope(territory=False)), plan, CRM, tmp_path, leave_out_faulty=True)
    assert (tmp_path / name).read_text() == "mine"
