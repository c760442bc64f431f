"""A folder as a CRM: what its files may look like."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_planner.crm.directory import Directory
from territory_planner.errors import InputError
from territory_planner.intake.owners import long_id
from tests.crm.folders import make_folder


def test_a_report_has_ids_of_15_characters(tmp_path: Path) -> None:
    """Accounts and owners are those of 18 characters, and so are the values read of them."""
    account, user = "001A00000000001", "005A00000000001"
    folder = make_folder(tmp_path / "world", 0)
    (folder / "accounts.csv").write_text(f"id,name,owner_id\n{account},One,{user}\n")
    (folder / "users.csv").write_text(f"id,name\n{user},Ana\n")
    crm = Directory(folder)
    assert [u.id for u in crm.users()] == [long_id(user)]
    assert [(a.id, a.owner_id) for a in crm.accounts()] == [(long_id(account), long_id(user))]
    (record,) = crm.read("account", [long_id(account)], ["owner_id", "name"])
    assert record.fields == {"owner_id": long_id(user), "name": "One"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("id,owner_id\n1,u1\n2,Jörg\n".encode("latin-1"), "not UTF-8: line 3"),
        (b"id,name,owner_id\n1,One,u1\n,Two,u1\n", "a row has no id: Two, u1"),
        (b"id,owner_id\n1,u1\n1,u2\n", "'1' stands in two rows"),
        (b"id;owner_id\n1;u1\n", "no column for the owner"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    """One message with the place, and never a traceback."""
    folder = make_folder(tmp_path / "world")
    (folder / "accounts.csv").write_bytes(content)
    with pytest.raises(InputError, match=why):
        list(Directory(folder).accounts())


def test_blank_lines_at_the_end_are_passed_over(tmp_path: Path) -> None:
    """Spreadsheets leave some."""
    folder = make_folder(tmp_path / "world", 2)
    with (folder / "accounts.csv").open("a", encoding="utf-8") as file:
        file.write(",,,,,\n,,,,,\n")
    assert [a.id for a in Directory(folder).accounts()] == ["a0", "a1"]


def test_amounts_may_have_commas(tmp_path: Path) -> None:
    """As exports write them; what is no amount counts nothing."""
    folder = make_folder(tmp_path / "world", 3)
    (folder / "opportunities.csv").write_text(
        'id,account_id,owner_id,amount\no0,a0,u1,"5,000.50"\no1,a1,u1,nan\no2,a2,u1,\n',
        encoding="utf-8",
    )
    assert [o.amount for o in Directory(folder).opportunities()] == [5000.5, 0.0, 0.0]
