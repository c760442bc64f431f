"""The neutral bundle: what is in it, that it can be checked, and that it agrees with the plan."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan
from territory_planner.domain.territory import Measure
from territory_planner.evaluation.balance import territory_totals
from territory_planner.evaluation.disruption import moved_accounts
from territory_planner.exporting.plan_files import export_assignments
from tests.exporting.plans import moving_plan, plan_of, rows_of
from tests.worlds import grid_problem


@pytest.fixture
def plan() -> Plan:
    return moving_plan()


def test_the_bundle_has_every_file(plan: Plan, tmp_path: Path) -> None:
    """The paths that are returned are the files in the folder, and no other."""
    written = export_assignments(plan, tmp_path / "out")
    found = sorted(p for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert sorted(written) == found
    assert [str(p.relative_to(tmp_path / "out")) for p in found] == [
        "assignments.csv",
        "handover/R1.csv",
        "handover/R2.csv",
        "handover.csv",
        "manifest.json",
        "members.csv",
        "territories.csv",
        "territories.gpkg",
    ]


@pytest.mark.parametrize(
    ("name", "header"),
    [
        (
            "assignments.csv",
            "account_id,account_name,territory_id,territory_name,owner_id,owner_email,"
            "previous_territory_id,previous_owner_id,previous_owner_email,change,effective_date,"
            "reason",
        ),
        (
            "territories.csv",
            "territory_id,name,parent_territory_id,level,type,owner_id,developer_name",
        ),
        ("members.csv", "territory_id,user_id,user_email,role,start_date,end_date"),
        (
            "handover.csv",
            "from_owner_email,to_owner_email,account_id,account_name,value,open_opportunities,"
            "open_pipeline,next_renewal,last_activity,hold_until,note,dominant_reason",
        ),
    ],
)
def test_headers_are_what_connectors_expect(
    name: str, header: str, plan: Plan, tmp_path: Path
) -> None:
    """The first line is a contract, to the letter."""
    export_assignments(plan, tmp_path / "out")
    assert (tmp_path / "out" / name).read_bytes().split(b"\n")[0].decode() == header


def test_an_assignment_says_who_and_who_before(plan: Plan, tmp_path: Path) -> None:
    """A moved account names both territories and both owners, and the day."""
    export_assignments(plan, tmp_path, date(2027, 1, 1))
    assert rows_of(tmp_path / "assignments.csv")[1] == {
        "account_id": "A1",
        "account_name": "Account 1",
        "territory_id": "T2",
        "territory_name": "Territory 2",
        "owner_id": "R2",
        "owner_email": "rep2@example.com",
        "previous_territory_id": "T1",
        "previous_owner_id": "R1",
        "previous_owner_email": "rep1@example.com",
        "change": "reassign",
        "effective_date": "2027-01-01",
        "reason": "T2 is under its workload band today (-50%)",
    }


def test_every_kind_of_change_is_told(plan: Plan, tmp_path: Path) -> None:
    """An account stays, goes elsewhere, or is served for the first time."""
    export_assignments(plan, tmp_path)
    changes = [row["change"] for row in rows_of(tmp_path / "assignments.csv")]
    assert changes == ["unchanged", "reassign", "unchanged", "assign"]


def test_a_vacant_territory_has_no_owner_and_no_member(plan: Plan, tmp_path: Path) -> None:
    """An account may go to a vacancy: the territory is given, the owner is blank."""
    first, second = plan.problem.territories
    vacant = replace(second, rep_id=None, rep=None, email=None)
    plan = replace(plan, problem=replace(plan.problem, territories=(first, vacant)))
    export_assignments(plan, tmp_path)
    moved = rows_of(tmp_path / "assignments.csv")[1]
    assert (moved["territory_id"], moved["owner_id"], moved["owner_email"]) == ("T2", "", "")
    assert [row["territory_id"] for row in rows_of(tmp_path / "members.csv")] == ["T1"]
    assert (tmp_path / "handover" / "T2.csv").is_file()


def test_the_plan_can_be_recomputed_from_the_files(tmp_path: Path) -> None:
    """Totals and moves in the evaluation are those of the exported rows."""
    problem = grid_problem("1234/5678", current="AABB/A.BB")
    plan = plan_of(problem, "ABAB/ABBB")
    export_assignments(plan, tmp_path)
    rows = rows_of(tmp_path / "assignments.csv")
    activity = dict(zip(problem.accounts.ids, problem.accounts.activity[:, 0], strict=True))
    totals = [
        sum(activity[row["account_id"]] for row in rows if row["territory_id"] == t.id)
        for t in problem.territories
    ]
    assert totals == territory_totals(problem, plan.alignment)[:, 0].tolist()
    moved = [row["change"] == "reassign" for row in rows]
    assert moved == moved_accounts(problem, plan.alignment).tolist()


def test_the_manifest_counts_and_seals_the_files(plan: Plan, tmp_path: Path) -> None:
    """Counts add up, every file is listed with its rows and its SHA-256."""
    export_assignments(plan, tmp_path, date(2027, 1, 1))
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["connector"] == "files"
    assert manifest["effective_date"] == "2027-01-01"
    assert manifest["plan"]["fingerprint"] == plan.fingerprint
    assert manifest["counts"] == {
        "accounts": 4,
        "unchanged": 2,
        "assign": 1,
        "reassign": 1,
        "unassign": 0,
        "territories": 2,
        "members": 2,
    }
    for name, entry in manifest["files"].items():
        content = (tmp_path / name).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        if name.endswith(".csv"):
            assert entry["rows"] == len(rows_of(tmp_path / name))


def test_files_are_utf8_with_plain_line_ends(plan: Plan, tmp_path: Path) -> None:
    """No byte-order mark, no carriage return, and names keep their letters."""
    names = np.array(["Ærø", "東京", "Łódź", "A, B"])
    accounts = replace(plan.problem.accounts, names=names)
    plan = replace(plan, problem=replace(plan.problem, accounts=accounts))
    export_assignments(plan, tmp_path)
    content = (tmp_path / "assignments.csv").read_bytes()
    assert content.startswith(b"account_id")
    assert b"\r" not in content
    assert [row["account_name"] for row in rows_of(tmp_path / "assignments.csv")] == list(names)


def test_each_rep_gets_the_accounts_given_and_taken(plan: Plan, tmp_path: Path) -> None:
    """A rep's own list holds what leaves and what comes; the whole list holds every change."""
    export_assignments(plan, tmp_path)
    of = {
        n: [r["account_id"] for r in rows_of(tmp_path / "handover" / n)]
        for n in ("R1.csv", "R2.csv")
    }
    assert of == {"R1.csv": ["A1"], "R2.csv": ["A3", "A1"]}
    assert [row["account_id"] for row in rows_of(tmp_path / "handover.csv")] == ["A3", "A1"]


def test_the_dearest_account_is_handed_over_first(tmp_path: Path) -> None:
    """Within a pair of reps, accounts are ranked by their value in money."""
    plan = plan_of(grid_problem("1111", current="AAAB", potential="1392"), "BBBB")
    export_assignments(plan, tmp_path)
    values = [float(row["value"]) for row in rows_of(tmp_path / "handover.csv")]
    assert values == [9.0, 3.0, 1.0]


def test_value_is_blank_without_a_measure_in_money(tmp_path: Path) -> None:
    """Hours are not a value: nothing is put in their place."""
    plan = plan_of(grid_problem("1111", current="AAAB"), "BBBB")
    export_assignments(plan, tmp_path)
    assert {row["value"] for row in rows_of(tmp_path / "handover.csv")} == {""}


def test_revenue_is_the_value_when_there_is_one(tmp_path: Path) -> None:
    """Of several measures in money, revenue says what an account is worth."""
    problem = grid_problem("1111", current="AAAB", potential="1392")
    measures = (Measure("potential", "USD/yr"), Measure("revenue", "USD/yr"))
    problem = replace(problem, measures=measures)
    export_assignments(plan_of(problem, "BBBB", Criteria()), tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["handover_value"] == "revenue [USD/yr]"
    assert rows_of(tmp_path / "handover.csv")[0]["value"] == "9.0"


def test_rep_ids_cannot_leave_the_folder(plan: Plan, tmp_path: Path) -> None:
    """A file is named after a rep, whatever characters the id has."""
    territories = tuple(
        replace(t, rep_id=rep)
        for t, rep in zip(plan.problem.territories, ("../../x", "/x"), strict=True)
    )
    plan = replace(plan, problem=replace(plan.problem, territories=territories))
    written = export_assignments(plan, tmp_path / "out")
    assert [p.name for p in written if p.parent.name == "handover"] == ["x.csv", "x_2.csv"]
