"""The verb crm, on a CRM that is a folder: the whole way there and back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.acceptance.conftest import run

SAMPLE = Path(__file__).parents[2] / "territory_planner" / "sample"


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Return a CRM that holds the small sample: its accounts, reps and a few opportunities."""
    world = tmp_path / "crm"
    world.mkdir()
    with (SAMPLE / "reps.csv").open(encoding="utf-8", newline="") as file:
        reps = {r["territory_id"]: r for r in csv.DictReader(file)}
    with (SAMPLE / "accounts.csv").open(encoding="utf-8", newline="") as file:
        accounts = list(csv.DictReader(file))
    with (world / "accounts.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "name", "city", "state", "country", "latitude", "longitude",
                        "owner_id"])  # fmt: skip
        for a in accounts:
            owner = reps[a["current_territory"]]["rep_id"] if a["current_territory"] else ""
            table.writerow([a["account_id"], a["name"], a["city"], a["state"], "US", a["latitude"],
                            a["longitude"], owner])  # fmt: skip
    with (world / "users.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "name", "email", "active"])
        table.writerows([r["rep_id"], r["rep"], r["email"], "yes"]
                        for r in reps.values() if r["rep_id"])  # fmt: skip
        table.writerow(["R99", "Gone Away", "gone@example.com", "no"])
    (world / "opportunities.csv").write_text(
        f"id,name,account_id,owner_id,amount\nO1,Deal,{accounts[0]['account_id']},R1,5000\n",
        encoding="utf-8",
    )
    return world


def owners(world: Path) -> dict[str, str]:
    path = world / "accounts.new.csv"
    path = path if path.exists() else world / "accounts.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["owner_id"] for row in csv.DictReader(file)}


def planned(world: Path, project: Path) -> Path:
    pulled = run("crm", "pull", "--crm", f"directory:{world}", project, "--json")
    assert pulled.code == 0, pulled.err
    made = run("plan", project, "--time-limit", "5")
    assert made.code == 0, made.err
    return project / "out" / "plan.plan"


def test_there_and_back(world: Path, tmp_path: Path) -> None:
    """Pull, plan, preview, push, status, verify, roll back: the folder is as it was."""
    crm, push = f"directory:{world}", tmp_path / "push"
    before = owners(world)
    plan = planned(world, tmp_path / "project")
    seen = run("crm", "preview", plan, "--crm", crm, "--json", "--no-territories")
    assert seen.code == 0, seen.err
    records = seen.json["counts"]["records"]
    assert records > 5
    assert owners(world) == before
    with Path(seen.json["changes"]).open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == records
    page = Path(seen.json["page"]).read_text(encoding="utf-8")
    assert f"{records:,} records would change" in page

    common = ("crm", "push", plan, "--crm", crm, "--no-territories", "--folder", push)
    pushed = run(*common, "--yes", "--effective-date", "2020-01-01", "--json")
    assert pushed.code == 0, pushed.err
    assert "0 e-mails" in pushed.err
    assert pushed.json["counts"]["ok"] == records
    assert sum(before[i] != owner for i, owner in owners(world).items()) == records
    assert run("crm", "status", push, "--json").json["counts"]["pending"] == 0
    assert "0 hold something else" in run("crm", "verify", push).out
    again = run("crm", "push", plan, "--crm", crm, "--no-territories", "--yes")
    assert (again.code, "nothing was written" in again.out) == (0, True)

    undone = run("crm", "rollback", push, "--yes", "--json")
    assert undone.code == 0, undone.err
    assert owners(world) == before
    assert "put back" in run("crm", "status", push).out
    refused = run("crm", "resume", push)
    assert (refused.code, "this push was undone" in refused.err) == (2, True)
    for path in push.rglob("*.csv"):
        assert all(row["effective_date"] == "2020-01-01" for row in _rows(path))


def test_nothing_is_written_unasked_early_or_with_faults(world: Path, tmp_path: Path) -> None:
    """Without --yes, before the effective date, with a missing column or an unknown record."""
    crm, plan = f"directory:{world}", planned(world, tmp_path / "project")
    before = owners(world)
    push = ("crm", "push", plan, "--crm", crm, "--folder", tmp_path / "push")
    unasked = run(*push, "--no-territories")
    assert (unasked.code, "Give --yes" in unasked.err) == (2, True)
    early = run(*push, "--no-territories", "--yes", "--effective-date", "2999-01-01")
    assert (early.code, "or give --now" in early.err) == (2, True)
    lacking = run(*push, "--yes")
    assert (lacking.code, "--create" in lacking.err) == (2, True)
    lines = (world / "accounts.csv").read_text(encoding="utf-8").splitlines()
    gone = lines.pop().split(",")[0]
    (world / "accounts.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    faulty = run(*push, "--no-territories", "--yes")
    assert faulty.code == 2
    assert f"unknown record (1): accounts that are not in the CRM: {gone}" in faulty.err
    # Nor is a column made for a push that is refused.
    assert run(*push, "--create", "--yes").code == 2
    assert not (tmp_path / "push").exists()
    assert not (world / "accounts.new.csv").exists()
    assert owners(world) == {i: owner for i, owner in before.items() if i != gone}
    some = run(*push, "--no-territories", "--yes", "--leave-out-faulty")
    assert some.code == 0, some.err
    assert owners(world) != before


def test_what_the_crm_would_refuse_is_a_fault(world: Path, tmp_path: Path) -> None:
    """A column that is not there is one that the folder itself refuses, row by row."""
    crm, plan = f"directory:{world}", planned(world, tmp_path / "project")
    seen = run("crm", "preview", plan, "--crm", crm, "--dry-run-in-crm", "--json")
    assert seen.json["counts"]["refusals"] == seen.json["counts"]["territories"] == 240
    assert "dry run" in {f["kind"] for f in seen.json["findings"] if f["is_fault"]}


def test_a_column_is_made_on_request(world: Path, tmp_path: Path) -> None:
    crm, plan = f"directory:{world}", planned(world, tmp_path / "project")
    pushed = run("crm", "push", plan, "--crm", crm, "--folder", tmp_path / "p", "--yes", "--create")
    assert pushed.code == 0, pushed.err
    with (world / "accounts.new.csv").open(encoding="utf-8", newline="") as file:
        assert all(row["territory"] for row in csv.DictReader(file))


def test_what_was_changed_after_a_push_is_found_and_left_alone(world: Path, tmp_path: Path) -> None:
    """Verify tells it and ends with 3; so does the undoing, which leaves it as it is."""
    crm, push = f"directory:{world}", tmp_path / "push"
    plan = planned(world, tmp_path / "project")
    common = ("crm", "push", plan, "--crm", crm, "--no-territories", "--folder", push, "--yes")
    assert run(*common).code == 0
    changed = _rows(push / "before_image.csv")[0]["record_id"]
    text = (world / "accounts.new.csv").read_text(encoding="utf-8").splitlines()
    text = [line.rsplit(",", 1)[0] + ",R99" if line.startswith(f"{changed},") else line
            for line in text]  # fmt: skip
    (world / "accounts.new.csv").write_text("\n".join([*text, ""]), encoding="utf-8")
    verified = run("crm", "verify", push, "--json")
    assert (verified.code, verified.json["mismatches"]) == (3, 1)
    undone = run("crm", "rollback", push, "--yes", "--json")
    assert (undone.code, undone.json["counts"]["conflict"]) == (3, 1)
    assert owners(world)[changed] == "R99"
    listed = _rows(push / "rollback" / "errors.csv")
    assert [row["record_id"] for row in listed] == [changed]


def test_the_plan_of_a_pulled_project_counts_pipeline(world: Path, tmp_path: Path) -> None:
    """The open opportunities are sums of the accounts, and the settings have the measure."""
    assert run("crm", "pull", "--crm", f"directory:{world}", tmp_path / "p").code == 0
    first = _rows(tmp_path / "p" / "accounts.csv")[0]
    assert (first["open_opportunities"], float(first["open_pipeline"])) == ("1", 5000.0)
    checked = run("check", tmp_path / "p", "--json")
    assert checked.code == 0, checked.err
    assert "pipeline" in json.dumps(checked.json)
    again = run("crm", "pull", "--crm", f"directory:{world}", tmp_path / "p")
    assert (again.code, "Give a new folder" in again.err) == (2, True)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
