"""A CRM in a folder for the tests, which counts how often each record is written."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from territory_planner.crm.change import Change
from territory_planner.crm.connector import Capabilities
from territory_planner.crm.directory import Directory
from territory_planner.crm.pace import Pace
from territory_planner.crm.push_folder import Order, start_push

HEADERS = ("id", "name", "owner_id", "territory", "city", "times")
AT_ONCE = Pace(attempts=4, first_s=0.0, longest_s=0.0)


def make_folder(folder: Path, n: int = 12, users: Sequence[str] = ("u1", "u2", "u3")) -> Path:
    """Write an export of accounts a0, a1 ..., all of them u1's, and the users."""
    folder.mkdir(parents=True)
    lines = [",".join(HEADERS), *(f"a{i},Account {i},u1,North,Town {i},0" for i in range(n))]
    (folder / "accounts.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    people = ["id,name,email,active", *(f"{u},User {u},{u}@example.com,yes" for u in users)]
    people.append("gone,Gone Away,gone@example.com,no")
    (folder / "users.csv").write_text("\n".join([*people, ""]), encoding="utf-8")
    return folder


def rows(folder: Path) -> dict[str, dict[str, str]]:
    """Return the accounts as the folder holds them now."""
    path = folder / "accounts.new.csv"
    path = path if path.exists() else folder / "accounts.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def edit(folder: Path, record_id: str, field: str, value: str) -> None:
    """Change a cell, as somebody at work in the CRM would."""
    sheet = Directory(folder).sheet("account")
    sheet.rows[record_id][field] = value
    sheet.save()


class Counting(Directory):
    """A folder that counts, with the very write that it counts, how often a record is written."""

    def set(self, row: dict[str, str], change: Change) -> None:
        """Put a value into its cell, and count."""
        super().set(row, change)
        row["times"] = str(int(row["times"]) + 1)

    def capabilities(self) -> Capabilities:
        """Watch what people look at, and not the count."""
        able = super().capabilities()
        return replace(able, watched={"account": ("owner_id", "territory", "name", "city")})


def owner_changes(n: int = 12, to: str = "u2", of: str = "u1") -> list[Change]:
    """Return changes of the first accounts' owners."""
    return [Change("account", f"a{i}", "owner_id", of, to) for i in range(n)]


def pushed(folder: Path, changes: Sequence[Change], crm: str = "directory:world") -> Path:
    """Make the folder of a push of changes, of which nothing is written yet."""
    start_push(folder, Order(crm), changes, "2027-01-01T00:00:00+00:00")
    return folder
