"""`route` and `drift` on the command line: what becomes of a plan that is live."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from territory_planner.store.plan_file import save_plan
from tests.acceptance.conftest import run
from tests.salesops.plans import NAMED, colorado, write_leads


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Return a saved plan."""
    return save_plan(colorado(), tmp_path / "live.plan")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_leads_come_back_with_their_territory(plan: Path, tmp_path: Path) -> None:
    """The table keeps its columns, and formulas in it are made harmless; telephones stay."""
    leads = write_leads(
        tmp_path,
        "lead_id,company,phone,postal_code",
        "L1,=HYPERLINK(1),+1 719 555-0100,81003",
        "L2,Two,,",
    )
    made = run("route", plan, leads)
    assert made.code == 0, made.err
    assert (
        "1 of 2 leads have a territory\n  by postal code: 1\n1 is not routed:\n  line 3 (L2): "
        in made.out
    )
    one, two = rows(tmp_path / "routed.csv")
    assert (one["territory_id"], one["rep"], one["email"]) == ("T2", "Ben", "ben@example.com")
    assert (one["company"], one["phone"]) == ("'=HYPERLINK(1)", "+1 719 555-0100")
    assert two["reason"] == "not routed: it has no coordinates, postal code or city"


def test_routing_prints_values(plan: Path, tmp_path: Path) -> None:
    """JSON lists what is not routed."""
    leads = write_leads(tmp_path, "lead_id,postal_code", "L1,81003", "L2,")
    out = tmp_path / "deep" / "r.csv"
    made = run("route", plan, leads, "--out", out, "--json").json
    assert made["rules"] == {"postal code": 1, "not routed": 1}
    assert list(made["not_routed"]) == ["line 3 (L2)"]
    assert len(rows(out)) == 2


def test_the_rules_are_written(plan: Path, tmp_path: Path) -> None:
    """Another system can apply them: postal code to territory."""
    made = run("route", plan, "--rules", tmp_path / "rules.csv")
    assert made.code == 0, made.err
    found = {row["key"]: row["territory_id"] for row in rows(tmp_path / "rules.csv")}
    assert found["81003"] == "T2"
    assert run("route", plan).code == 2


def test_drift_says_what_the_field_changed(plan: Path, tmp_path: Path) -> None:
    """Text, JSON, a list, and moves that repair takes."""
    table = tmp_path / "accounts.csv"
    table.write_text(
        "account_id,name,owner_id\nA1,Alder,R2\nA2,Birch,R1\nA3,Cedar,R2\nA4,Dogwood,R1\n"
        f"{NAMED},Twin,R2\nX1,Xylo,R2\n",
        encoding="utf-8",
    )
    out, moves = tmp_path / "drift.csv", tmp_path / "moves.csv"
    made = run("drift", plan, "--accounts", table, "--out", out, "--repair-moves", moves)
    assert made.code == 0, made.err
    assert "3 of 5 accounts are where the plan has them\n  moved: 2\n  new: 1" in made.out
    assert "T1 Ana to T2 Ben: 2" in made.out
    assert "T2 Ben: workload +61.5% of target" in made.out
    assert [row["what"] for row in rows(out)] == ["moved", "moved", "new"]
    assert rows(moves) == [
        {"account": "A1", "territory": "T2"}, {"account": NAMED, "territory": "T2"},
    ]  # fmt: skip
    values = run("drift", plan, "--accounts", table, "--json").json
    assert values["territories"]["T2"]["workload"]["now"] == 35
    assert values["broken"] == [["T1", "workload"], ["T2", "workload"]]


def test_drift_needs_one_source(plan: Path, tmp_path: Path) -> None:
    """A CRM or a table, and one that is there."""
    assert run("drift", plan).code == 2
    missing = run("drift", plan, "--accounts", tmp_path / "none.csv")
    assert missing.code == 2
    assert "there is no such file" in missing.err
