"""Files for HubSpot, Odoo, Dynamics and Zoho: to the byte, and how each says three states."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from territory_planner.crm.change_set import Scope
from territory_planner.crm.export import FORMATS, export_for
from territory_planner.crm.hold_over import hold_over
from territory_planner.crm.load import Wishes
from territory_planner.crm.records import read_records
from territory_planner.domain.plan import Plan
from territory_planner.errors import InputError
from tests.crm.loads import GUIDS, Make, files_of, plan_with_ids, write_records, write_table
from tests.exporting.plans import rows_of

GOLDEN = Path(__file__).parent / "golden"
DAY = date(2027, 1, 1)
IDS: dict[str, tuple[Make, Make, Make]] = {
    "hubspot": (lambda n: f"10{n}", lambda n: f"7{n}", str),
    "odoo": (lambda n: f"4{n}", lambda n: f"{n}", str),
    "dynamics": (
        lambda n: GUIDS.format(1, n),
        lambda n: GUIDS.format(2, n),
        lambda n: GUIDS.format(3, n),
    ),
    "zoho": (lambda n: f"55500{n}", lambda n: f"66600{n}", lambda n: f"77700{n}"),
}


def plan_for(crm: str) -> Plan:
    """Return the plan of four accounts with a CRM's ids."""
    return plan_with_ids(*IDS[crm][:2])


def tables(crm: str, folder: Path) -> Path:
    """Return a CRM's tables: accounts as today, opportunities, contacts, and territories."""
    account, user, territory = IDS[crm]
    write_records(folder, account, user)
    if crm in ("dynamics", "zoho"):
        names = [t.name for t in plan_for(crm).problem.territories]
        write_table(folder, "territories.csv", "id,name",
                    *((territory(k), name) for k, name in enumerate(names, start=1)))  # fmt: skip
    child = IDS[crm][0]
    write_table(folder, "opportunities.csv", "id,name,account_id,owner_id,amount,stage",
                (child(8), "=1+1", account(1), user(1), "10", "New"))  # fmt: skip
    write_table(folder, "contacts.csv", "id,name,account_id,owner_id",
                (child(9), "@Ada", account(1), user(1)))  # fmt: skip
    return folder


def exported(crm: str, folder: Path, wishes: Wishes | None = None, *, blind: bool = False,
             plan: Plan | None = None) -> dict[str, str]:  # fmt: skip
    """Return the files for a CRM by their path, with a word for what differs each time."""
    plan = plan or plan_for(crm)
    records = None if blind else read_records(tables(crm, folder / "tables"))
    export_for(plan, folder / "out", crm, wishes or Wishes(effective_date=DAY), records)
    words = {plan.fingerprint: "PLAN"} | ({records.read_at: "READ_AT"} if records else {})
    return files_of(folder / "out" / crm, words)


@pytest.mark.parametrize("crm", sorted(IDS))
def test_the_bytes(crm: str, tmp_path: Path) -> None:
    """Owners, territories, opportunities and contacts, and the way back, as looked at once."""
    wishes = Wishes(opportunities=hold_over("move"), contacts=True, effective_date=DAY)
    assert exported(crm, tmp_path, wishes) == files_of(GOLDEN / crm)


@pytest.mark.parametrize("crm", sorted(IDS))
def test_owners_alone(crm: str, tmp_path: Path) -> None:
    """Without territories no file speaks of one."""
    found = exported(crm, tmp_path, Wishes(Scope(territory=False)))
    loads = [text for name, text in found.items() if name != "README.txt"]
    assert loads
    assert not any("erritor" in text for text in loads)


@pytest.mark.parametrize("crm", ["hubspot", "odoo"])
def test_territories_alone(crm: str, tmp_path: Path) -> None:
    """Without owners no file speaks of one."""
    found = exported(crm, tmp_path, Wishes(Scope(owner=False)), blind=True)
    loads = [text for name, text in found.items() if name != "README.txt"]
    assert loads
    assert not any("owner" in text or "user_id" in text for text in loads)


def vacated(crm: str) -> Plan:
    """Return the plan with a second territory that nobody holds."""
    plan = plan_for(crm)
    one, other = plan.problem.territories
    vacant = replace(other, rep_id=None, rep=None, email=None)
    return replace(plan, problem=replace(plan.problem, territories=(one, vacant)))


def test_hubspot_says_three_states(tmp_path: Path) -> None:
    """Clear is "" in a body and in no import file; unset is no property at all."""
    wishes = Wishes(Scope(vacant="clear"))
    found = exported("hubspot", tmp_path, wishes, plan=vacated("hubspot"))
    (line,) = found["10_companies_batch_update.jsonl"].splitlines()
    said = {one["id"]: one["properties"] for one in json.loads(line)["inputs"]}
    assert said == {
        "101": {"hubspot_owner_id": "", "territory": "T2"},
        "102": {"hubspot_owner_id": ""},
        "103": {"territory": "T2"},
    }
    assert found["10_companies_import.csv"] == "Record ID,Territory\n101,T2\n103,T2\n"


def test_odoo_says_three_states(tmp_path: Path) -> None:
    """An empty cell clears there, so what is unset has no column: a file a set of fields."""
    wishes = Wishes(Scope(vacant="clear"))
    found = exported("odoo", tmp_path, wishes, plan=vacated("odoo"))
    assert {n: t for n, t in found.items() if n.startswith("10_")} == {
        "10_res.partner_user_id_x_territory.csv": ".id,user_id/.id,x_territory\n41,,T2\n",
        "10_res.partner_user_id.csv": ".id,user_id/.id\n42,\n",
        "10_res.partner_x_territory.csv": ".id,x_territory\n43,T2\n",
    }


def test_odoo_takes_external_ids(tmp_path: Path) -> None:
    """Ids of modules have another header than numbers of the database, and the two do not mix."""
    plan = plan_with_ids(lambda n: f"crm.account_{n}", lambda n: f"base.user_{n}")
    export_for(plan, tmp_path, "odoo")
    text = files_of(tmp_path / "odoo")["10_res.partner_user_id_x_territory.csv"]
    assert text.splitlines()[:2] == [
        "id,user_id/id,x_territory",
        "crm.account_1,base.user_2,T2",
    ]
    mixed = plan_with_ids(lambda n: f"crm.account_{n}" if n == 1 else str(n), str)
    with pytest.raises(InputError, match="Use one of the two"):
        export_for(mixed, tmp_path, "odoo")


def test_dynamics_says_three_states(tmp_path: Path) -> None:
    """A lookup is emptied by null, and an account keeps its owner where none is said."""
    found = exported("dynamics", tmp_path)
    undo = [json.loads(line) for line in found["undo/10_accounts.jsonl"].splitlines()]
    assert [one["body"] for one in undo] == [
        {
            "ownerid@odata.bind": f"/systemusers({GUIDS.format(2, 1)})",
            "territoryid@odata.bind": f"/territories({GUIDS.format(3, 1)})",
        },
        {"territoryid@odata.bind": None},
    ]
    assert all(one["headers"]["If-Match"] == "*" for one in undo)


def test_zoho_puts_before_it_takes(tmp_path: Path) -> None:
    """The new territory is assigned by the file before the one that removes the old."""
    found = exported("zoho", tmp_path)
    put = json.loads(found["11_Accounts_assign_territories.jsonl"])
    off = json.loads(found["12_Accounts_remove_territories.jsonl"])
    assert put["body"]["data"] == [
        {"id": f"55500{n}", "Territories": [{"id": "777002"}]} for n in (1, 3)
    ]
    assert off["body"]["data"] == [{"id": "555001", "Territories": [{"id": "777001"}]}]
    assert (put["effective_date"], off["effective_date"]) == ("2027-01-01", "2027-01-01")


@pytest.mark.parametrize("crm", ["dynamics", "zoho"])
def test_territories_need_their_ids(crm: str, tmp_path: Path) -> None:
    """Without the CRM's list of territories both are refused, and owners alone are not."""
    with pytest.raises(InputError, match=r"Put territories\.csv"):
        exported(crm, tmp_path, blind=True)
    assert exported(crm, tmp_path, Wishes(Scope(territory=False)), blind=True)


@pytest.mark.parametrize("crm", ["salesforce", "dynamics", "zoho"])
def test_an_account_needs_an_owner(crm: str, tmp_path: Path) -> None:
    """A CRM without accounts of nobody cannot be told to clear one."""
    plan = plan_with_ids(lambda n: f"A{n}", lambda n: f"R{n}")
    with pytest.raises(InputError, match="no account without an owner"):
        export_for(plan, tmp_path, crm, Wishes(Scope(vacant="clear")))


@pytest.mark.parametrize("crm", [crm for crm in FORMATS if crm != "odoo"])
def test_strange_ids_are_refused(crm: str, tmp_path: Path) -> None:
    """Ids that cannot be the CRM's are told before anything is written."""
    plan = plan_with_ids(lambda n: f"A{n}", lambda n: f"R{n}")
    with pytest.raises(InputError, match="records have an id that is no"):
        export_for(plan, tmp_path / "out", crm, Wishes(Scope(territory=False)))
    assert not (tmp_path / "out").exists()


def test_what_a_crm_does_not_have_is_refused(tmp_path: Path) -> None:
    """Cases of Odoo, and opportunities without a table of them."""
    with pytest.raises(InputError, match="no file for these in Odoo"):
        exported("odoo", tmp_path, Wishes(cases=True), blind=True)
    with pytest.raises(InputError, match=r"Put opportunities\.csv into a folder"):
        exported("odoo", tmp_path, Wishes(opportunities=hold_over("move")), blind=True)


def test_people_see_no_formula_and_the_crm_no_apostrophe(tmp_path: Path) -> None:
    """The same hostile id is neutral in the hand-over list, and verbatim in the load file."""
    plan = plan_with_ids(lambda n: f"=a{n}", lambda n: f"u.{n}")
    export_for(plan, tmp_path, "odoo")
    text = files_of(tmp_path / "odoo")["10_res.partner_user_id_x_territory.csv"]
    assert [row[0] for row in csv.reader(text.splitlines())] == ["id", "=a1", "=a3"]
    assert {row["account_id"] for row in rows_of(tmp_path / "handover.csv")} == {"'=a1", "'=a3"}


def test_a_bulk_write_holds_25000_rows(tmp_path: Path) -> None:
    """Zoho's files are split, and every row is in one of them."""
    plan = plan_for("zoho")
    n = 25_003
    accounts, units = plan.problem.accounts, plan.problem.units
    repeated: dict[str, Any] = {
        name: np.repeat(getattr(accounts, name)[1:2], n, axis=0)
        for name in ("names", "unit", "xy", "activity", "current", "placed_by")
    }
    many = replace(accounts, ids=np.array([f"9{i:06d}" for i in range(n)]), **repeated)
    plan = replace(plan, problem=replace(plan.problem, accounts=many, units=units))
    export_for(plan, tmp_path, "zoho", Wishes(Scope(territory=False)))
    found = files_of(tmp_path / "zoho")
    parts = [found[f"10_Accounts_bulk_write{part}.csv"] for part in ("", "_2")]
    assert [text.count("\n") - 1 for text in parts] == [25_000, 3]


def test_the_manifest_tells_the_load(tmp_path: Path) -> None:
    """Every file of the CRM is listed with its hash, and an export for another one removes it."""
    exported("hubspot", tmp_path)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["load"]["crm"] == "hubspot"
    assert manifest["effective_date"] == "2027-01-01"
    there = {n for n in files_of(tmp_path / "out") if n != "manifest.json"}
    assert set(manifest["files"]) == there | {"territories.gpkg"}
    export_for(plan_for("odoo"), tmp_path / "out", "odoo")
    assert not list((tmp_path / "out" / "hubspot").rglob("*.csv"))
