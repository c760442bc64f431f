"""Drift, read from a CRM."""

from __future__ import annotations

from pathlib import Path

from territory_planner.crm.directory import Directory
from territory_planner.crm.field import drift_in
from tests.salesops.plans import NAMED, colorado


def crm(folder: Path, *accounts: str) -> Directory:
    """Return a CRM in a folder with users whose ids are its own."""
    folder.mkdir()
    (folder / "users.csv").write_text(
        "id,name,email,active\nu1,Ana,ana@example.com,yes\nu2,Ben,ben@example.com,yes\n"
        "u3,Gone Away,gone@example.com,no\n",
        encoding="utf-8",
    )
    lines = ["id,name,owner_id,territory", *accounts]
    (folder / "accounts.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return Directory(folder)


def test_owners_are_the_crms_users(tmp_path: Path) -> None:
    """Reps are found among users by e-mail, and an inactive owner is told as one."""
    there = crm(
        tmp_path / "crm",
        "A1,Alder,u2,T1",
        "A2,Birch,u1,T1",
        "A3,Cedar,u3,T2",
        "A4,Dogwood,u1,T3",
        f"{NAMED},Twin,u1,T1",
        "A7,Elm,u2,",
    )
    found = drift_in(colorado(), there)
    assert found.what.tolist() == [
        "moved", "in place", "owned outside the plan", "in place", "in place",
    ]  # fmt: skip
    assert found.holder[2] == "Gone Away (inactive)"
    assert [(one.id, k) for one, k, _ in found.new] == [("A7", 1)]
