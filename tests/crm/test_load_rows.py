"""Rows that failed are loaded again from ``errors.csv``."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_planner.crm.change import CLEAR, Key
from territory_planner.crm.directory import Directory
from territory_planner.crm.load_rows import Rows, read_rows, rows_against
from territory_planner.crm.recipe import carry_on
from territory_planner.errors import InputError
from tests.acceptance.conftest import run
from tests.crm.folders import edit, make_folder, owner_changes, pushed, rows


def test_errors_are_loaded_again(tmp_path: Path) -> None:
    """What a hand edit held up is written once somebody decides so, and can be undone."""
    world = make_folder(tmp_path / "world")
    edit(world, "a3", "owner_id", "u3")
    first = pushed(tmp_path / "first", owner_changes())
    assert carry_on(Directory(world), first).counts["conflict"] == 1
    again = run("crm", "push", first / "errors.csv", "--crm", f"directory:{world}", "--folder",
                tmp_path / "again", "--yes", "--json")  # fmt: skip
    assert again.code == 0, again.err
    assert again.json["counts"]["ok"] == 1
    assert rows(world)["a3"]["owner_id"] == "u2"
    assert run("crm", "rollback", tmp_path / "again", "--yes").code == 0
    assert rows(world)["a3"]["owner_id"] == "u3"


def test_what_is_wrong_with_rows_is_told_at_once(tmp_path: Path) -> None:
    crm = Directory(make_folder(tmp_path / "world"))
    found, _ = rows_against(
        Rows(
            (
                (Key("account", "a0", "owner_id"), "u2"),
                (Key("account", "a1", "owner_id"), "nobody"),
                (Key("account", "a2", "owner_id"), "gone"),
                (Key("account", "a99", "owner_id"), "u2"),
                (Key("account", "a4", "owner_id"), "u2"),
                (Key("account", "a4", "owner_id"), "u3"),
                (Key("account", "a5", "owner_id"), CLEAR),
                (Key("account", "a6", "owner_id"), "u1"),
            )
        ),
        crm,
    )
    assert [f.kind for f in found.findings] == [
        "duplicate row", "unknown record", "unknown user", "inactive user",
    ]  # fmt: skip
    assert [(c.record_id, c.new) for c in found.changes] == [("a0", "u2"), ("a5", CLEAR)]


@pytest.mark.parametrize(
    ("text", "why"), [("a,b\n1,2\n", "columns are missing"), ("", "columns are missing"),
                      ("object,record_id,field,new_value\na,b\n", "line 2 has too few"),
                      ("object,record_id,field,new_value,effective_date\na,b,c,d,soon\n",
                       "Write days as")],
)  # fmt: skip
def test_another_file_is_refused(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=why):
        read_rows(path)


@pytest.mark.parametrize(
    ("object", "field"), [("contact", "owner_id"), ("account", "id"), ("account", "city")]
)
def test_rows_write_what_a_push_does_and_nothing_else(
    tmp_path: Path, object: str, field: str
) -> None:
    """Whatever else a file names is a fault, and where all rows have one that is said."""
    world = make_folder(tmp_path / "world")
    path = tmp_path / "rows.csv"
    path.write_text(f"object,record_id,field,new_value\n{object},a3,{field},u2\n", encoding="utf-8")
    push = ("crm", "push", path, "--crm", f"directory:{world}", "--yes")
    refused = run(*push)
    assert (refused.code, "it may write account.owner_id" in refused.err) == (2, True)
    passed = run(*push, "--leave-out-faulty")
    assert (passed.code, "Nothing is left" in passed.out) == (0, True)
    assert not (world / "accounts.new.csv").exists()


def test_rows_wait_for_their_day(tmp_path: Path) -> None:
    """What a plan's push left undone holds from the plan's day on, as the rows say."""
    world = make_folder(tmp_path / "world")
    path = tmp_path / "errors.csv"
    path.write_text(
        "object,record_id,field,old_value,new_value,effective_date\n"
        "account,a3,owner_id,u1,u2,2999-01-01\n",
        encoding="utf-8",
    )
    push = ("crm", "push", path, "--crm", f"directory:{world}", "--yes")
    early = run(*push, "--folder", tmp_path / "push")
    assert (early.code, "holds from 2999-01-01" in early.err) == (2, True)
    assert rows(world)["a3"]["owner_id"] == "u1"
    assert run(*push, "--folder", tmp_path / "push", "--now").code == 0
    assert "2999-01-01" in (tmp_path / "push" / "before_image.csv").read_text(encoding="utf-8")
