"""Which header is taken for what: mapped, by our name, or recognised from a CRM's export."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territory_planner.intake import check, read_problem
from tests.intake.projects import ACCOUNTS, PLAN, REPS, write_project

EXPORTS = {
    "Salesforce": {
        "id": "Account ID",
        "name": "Account Name",
        "latitude": "Billing Latitude",
        "longitude": "Billing Longitude",
        "current": "Owner ID",
    },
    "Salesforce, by API names": {
        "id": "Id",
        "name": "Name",
        "latitude": "BillingLatitude",
        "longitude": "BillingLongitude",
        "current": "OwnerId",
    },
    "HubSpot": {"id": "Record ID", "name": "Company name", "current": "Company owner"},
    "Odoo": {
        "id": "External ID",
        "name": "Display Name",
        "latitude": "Geo Latitude",
        "longitude": "Geo Longitude",
        "current": "Salesperson",
    },
    "Odoo, by field names": {
        "name": "complete_name",
        "latitude": "partner_latitude",
        "longitude": "partner_longitude",
        "current": "user_id",
    },
    "Dynamics": {
        "id": "(Do Not Modify) Account",
        "name": "Account Name",
        "latitude": "Address 1: Latitude",
        "longitude": "Address 1: Longitude",
        "current": "Owner",
    },
    "hand-made": {"id": "Account No.", "latitude": "lat", "longitude": "lon", "current": "Owner"},
}


def renamed(headers: dict[str, str]) -> str:
    head, _, rows = ACCOUNTS.partition("\n")
    names = [headers.get(name, name) for name in head.split(",")]
    return ",".join(names) + "\n" + rows


@pytest.mark.parametrize("crm", EXPORTS)
def test_export_is_recognised(tmp_path: Path, crm: str) -> None:
    """An export under a CRM's own headers needs no mapping and gives the same facts."""
    plain = read_problem(write_project(tmp_path / "plain"))
    other = read_problem(write_project(tmp_path / "other", renamed(EXPORTS[crm])))
    assert other.accounts.ids.tolist() == plain.accounts.ids.tolist()
    assert other.accounts.names.tolist() == plain.accounts.names.tolist()
    assert other.accounts.xy.tolist() == plain.accounts.xy.tolist()
    assert other.accounts.current.tolist() == plain.accounts.current.tolist()


@pytest.mark.parametrize(
    ("crm", "place"),
    [
        ("Salesforce", ("Account ID", "Billing Zip/Postal Code", "Billing City")),
        ("HubSpot", ("Record ID", "Postal Code", "City")),
        ("Odoo", ("External ID", "Zip", "City")),
        ("Dynamics", ("(Do Not Modify) Account", "Address 1: ZIP/Postal Code", "Address 1: City")),
    ],
)
def test_addresses_of_exports(tmp_path: Path, crm: str, place: tuple[str, str, str]) -> None:
    """Postal code and city of an export are recognised and place its accounts."""
    plan = PLAN.replace("[data]", '[data]\ncountry = "US"')
    accounts = ",".join((*place, "hours")) + "\nA1,10001,New York,1\nA2,,Chicago,1\n"
    report = check(write_project(tmp_path, accounts, plan=plan))
    assert report.placed == {"city": 1, "postal code": 1}
    uses = {use.ours: (use.header, use.how) for use in report.columns if use.file == "accounts.csv"}
    assert uses["postal_code"][0] == place[1]
    assert uses["id"] == (place[0], f"recognised as {crm}")


def test_mapping_goes_first(tmp_path: Path) -> None:
    """A header that the settings map is taken before one that is our name."""
    text = ACCOUNTS.replace("id,name", "name,id")
    plan = PLAN + '[columns.accounts]\nid = "name"\nname = "id"\n'
    problem = read_problem(write_project(tmp_path, text, plan=plan))
    assert problem.accounts.ids.tolist()[:2] == ["A1", "A2"]
    assert problem.accounts.names.tolist()[:2] == ["Alder", "Birch"]


def test_report_of_columns(tmp_path: Path) -> None:
    """`check` tells for each column the header it used and why."""
    text = ACCOUNTS.replace("current", "Territory").replace("id,name", "id,Company")
    report = check(
        write_project(tmp_path, text, plan=PLAN + '[columns.accounts]\nname = "company"\n')
    )
    uses = {use.ours: (use.header, use.how) for use in report.columns if use.file == "accounts.csv"}
    assert uses == {
        "id": ("id", "same name"),
        "name": ("Company", "mapped"),
        "latitude": ("latitude", "same name"),
        "longitude": ("longitude", "same name"),
        "current": ("Territory", "usual name"),
    }
    assert "  current       from 'Territory' (usual name)" in str(report)
    assert any("'Territory' is current" in note for note in report.notes)


@pytest.mark.parametrize(
    "owner",
    ["T2", "R2", "ben@example.com", "BEN@Example.com", "Ben Bay", "ben bay", "Middle"],
)
def test_owner(tmp_path: Path, owner: str) -> None:
    """Today's rep is known by territory id, rep id, e-mail or name, whatever the case."""
    problem = read_problem(write_project(tmp_path, ACCOUNTS.replace("1000,T1", f"1000,{owner}")))
    assert problem.accounts.current.tolist() == [1, 0, 1, 1, 2, -1]


@pytest.mark.parametrize("long_first", [True, False])
def test_salesforce_ids(tmp_path: Path, *, long_first: bool) -> None:
    """A Salesforce user is the same in 15 and in 18 characters, and not one of another case."""
    short, long = "005D0000001AbCd", "005D0000001AbCdIAK"
    in_reps, in_accounts = (long, short) if long_first else (short, long)
    reps = REPS.replace("R2", in_reps).replace("R3", "005D0000001aBcD")
    accounts = ACCOUNTS.replace("T2", in_accounts)
    problem = read_problem(write_project(tmp_path, accounts, reps))
    assert problem.accounts.current.tolist() == [0, 0, 1, 1, 2, -1]


NAMES = st.text(
    st.characters(categories=("Lu", "Ll", "Nd"), include_characters=" -/#"), min_size=1, max_size=12
).map(lambda name: f"x{name.strip()}")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(NAMES, min_size=5, max_size=5, unique_by=lambda name: name.casefold()))
def test_names_of_columns_change_nothing(tmp_path: Path, names: list[str]) -> None:
    """Any headers, mapped, give the same problem."""
    ours = ["id", "name", "latitude", "longitude", "current"]
    mapping = "".join(f'{o} = "{n}"\n' for o, n in zip(ours, names, strict=True))
    text = renamed(dict(zip(ours, names, strict=True)))
    plan = PLAN + "[columns.accounts]\n" + mapping
    plain = read_problem(write_project(tmp_path / "plain"))
    assert read_problem(write_project(tmp_path / "other", text, plan=plan)) == plain
