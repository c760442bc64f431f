"""`export --for`: what a CRM takes, from the command line, whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from territory_planner.crm.cells import as_csv
from territory_planner.crm.export import FORMATS
from tests.acceptance.conftest import run
from tests.exporting.plans import rows_of

PLAN = Path("out") / "plan.plan"


@pytest.fixture(scope="module")
def tables(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tables of a CRM that holds what the sample says of today."""
    folder = tmp_path_factory.mktemp("tables")
    assert run("export", sample / PLAN, folder / "plain").code == 0
    rows = rows_of(folder / "plain" / "assignments.csv")
    accounts = [(r["account_id"], r["account_name"], r["previous_owner_id"]) for r in rows]
    write(folder / "accounts.csv", ("account_id", "name", "owner_id"), accounts)
    members = rows_of(folder / "plain" / "members.csv")
    users = [(m["user_id"], m["user_id"], m["user_email"], "yes") for m in members]
    write(folder / "users.csv", ("id", "name", "email", "active"), users)
    moved = next(r for r in rows if r["change"] == "reassign" and r["previous_owner_id"]
                 and r["owner_id"])  # fmt: skip
    deals = [(f"O{n}", "=1+1", moved["account_id"], moved["previous_owner_id"], str(n * 100), "New")
             for n in (1, 2)]  # fmt: skip
    header = ("opportunity_id", "name", "account_id", "owner_id", "amount", "stage")
    write(folder / "opportunities.csv", header, deals)
    return folder


def write(path: Path, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    path.write_text(as_csv([header, *rows]), encoding="utf-8", newline="")


def test_files_to_load_and_to_undo(sample: Path, tables: Path, tmp_path: Path) -> None:
    """Counts are those of the files, the held opportunity is listed, and steps are told."""
    out = tmp_path / "out"
    made = run("export", sample / PLAN, out, "--for", "odoo", "--records", tables,
               "--opportunities", "hold until 2027-03-31", "--hold-amount", 150,
               "--effective-date", "2027-01-01", "--json")  # fmt: skip
    assert made.code == 0, made.err
    load = made.json["load"]
    assert (load["crm"], load["held"], load["rows"]["opportunity"]) == ("odoo", 1, 1)
    written = sum(len(rows_of(path)) for path in (out / "odoo").glob("10_*.csv"))
    assert written == load["rows"]["account"] > 0
    owners = [
        row
        for row in rows_of(out / "odoo" / "before_image.csv")
        if (row["object"], row["field"]) == ("res.partner", "user_id")
    ]
    assert len(owners) == load["owners"]
    assert [row["opportunity_id"] for row in rows_of(out / "held.csv")] == ["O2"]
    assert (out / "odoo" / "later_2027-03-31" / "20_crm.lead_user_id.csv").is_file()
    text = (out / "odoo" / "README.txt").read_text(encoding="utf-8")
    assert "Effective date: 2027-01-01" in text
    assert "How to undo it" in text


def test_it_says_where_the_steps_are(sample: Path, tmp_path: Path) -> None:
    """The text names the README.txt of the folder."""
    made = run("export", sample / PLAN, tmp_path / "out", "--for", "odoo", "--owners")
    assert made.code == 0, made.err
    assert str(tmp_path / "out" / "odoo" / "README.txt") in made.out


@pytest.mark.parametrize("crm", sorted(FORMATS))
def test_every_crm_is_offered(crm: str) -> None:
    """The help names each of them."""
    assert crm in run("export", "--help").out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--full",), "Give --for with one of"),
        (("--for", "salesforce"), "none of Salesforce's"),
        (("--for", "odoo", "--opportunities", "move"), r"Put opportunities.csv"),
        (("--for", "odoo", "--rules", "Zip"), "odoo has no such thing"),
        (("--for", "odoo", "--opportunities", "keep", "--hold-amount", "nan"), "nan is no amount"),
        (("--for", "odoo", "--hold-stage", "New"), "say what happens to the others"),
        (("--for", "odoo", "--records", "nowhere"), "Put an export of your CRM there"),
        (("--for", "odoo", "--opportunities", "burn"), "'burn' is no policy"),
    ],
)
def test_what_is_refused_leaves_nothing(
    options: tuple[str, ...], message: str, sample: Path, tmp_path: Path
) -> None:
    """One message with a remedy, and not even the bundle."""
    refused = run("export", sample / PLAN, tmp_path / "out", *options)
    assert refused.code == 2
    assert message in refused.err
    assert not (tmp_path / "out").exists()


def test_a_project_that_was_pulled_is_its_records(tables: Path, tmp_path: Path) -> None:
    """What `crm pull` writes serves as the CRM's tables, opportunities and all."""
    from territory_planner.crm.records import read_records

    with (tables / "accounts.csv").open(encoding="utf-8", newline="") as file:
        n_accounts = len(list(csv.reader(file))) - 1
    project = tmp_path / "project"
    assert run("crm", "pull", "--crm", f"directory:{tables}", project).code == 0
    found = read_records(project)
    assert len(found.accounts) == n_accounts
    assert [o.id for o in found.children["opportunity"]] == ["O1", "O2"]
