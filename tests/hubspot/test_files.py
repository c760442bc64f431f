"""Bodies for loading by hand, sent as they stand to the stand-in, and the way back."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

from territory_planner.crm.change_set import Scope
from territory_planner.crm.credentials import Secret
from territory_planner.crm.export import export_for
from territory_planner.crm.hubspot_api import Api
from territory_planner.crm.load import Wishes
from territory_planner.crm.odoo_rpc import Line
from territory_planner.crm.records import read_records
from tests.crm.loads import plan_with_ids, write_records
from tests.hubspot.stand_in import TOKEN, served, world


def sent(api: Api, folder: Path) -> None:
    """Send every line of a folder's bodies."""
    for path in sorted(folder.glob("*_batch_update.jsonl")):
        kind = path.name.split("_")[1]
        for line in path.read_text(encoding="utf-8").splitlines():
            said = api.write("POST", f"/crm/v3/objects/{kind}/batch/update", json.loads(line))
            assert not said.get("errors")


def test_bodies_are_taken_and_undone(tmp_path: Path) -> None:
    """Owner and territory of the records in the files change, and go back, "" and all."""

    def account(n: int) -> str:
        return str(1001 + n)

    def user(k: int) -> str:
        return str(70 + k)

    there = world(4)
    companies = there.objects["companies"]
    for n, (owner, territory) in enumerate([("71", "T1"), ("71", "T1"), ("72", "T2"), ("", "")]):
        companies[account(n)] |= {"hubspot_owner_id": owner, "territory": territory}
    before = deepcopy(companies)
    records = read_records(write_records(tmp_path / "tables", account, user))
    plan = plan_with_ids(account, user)
    export_for(plan, tmp_path / "out", "hubspot", Wishes(Scope()), records)
    with served(there) as url:
        api = Api(Line(url), Secret(TOKEN))
        sent(api, tmp_path / "out" / "hubspot")
        held = {i: (c["hubspot_owner_id"], c["territory"]) for i, c in companies.items()}
        assert held == {
            "1001": ("71", "T1"),
            "1002": ("72", "T2"),
            "1003": ("72", "T2"),
            "1004": ("72", "T2"),
        }
        sent(api, tmp_path / "out" / "hubspot" / "undo")
    for i, company in companies.items():
        for name in ("hubspot_owner_id", "territory"):
            assert (company[name] or "") == before[i][name]
