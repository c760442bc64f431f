"""The files for loading by hand, given to the import screen of a real Odoo, and the way back."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from territory_planner.crm.cells import as_csv
from territory_planner.crm.connect import connect
from territory_planner.crm.connector import CrmTerritory
from territory_planner.crm.odoo import QUIET
from territory_planner.crm.odoo_import import OPTIONS
from territory_planner.crm.odoo_rpc import Rpc
from tests.acceptance.conftest import run
from tests.odoo.conftest import Server
from tests.odoo.world import mails

pytestmark = pytest.mark.odoo
SOME = 200


def read(path: Path) -> list[list[str]]:
    """Return the header and the first rows of a file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[: SOME + 1]


def imported(rpc: Rpc, model: str, rows: list[list[str]], *, is_test: bool) -> Any:
    """Upload rows as the import screen does, with the headers as they are."""
    upload = {
        "res_model": model,
        "file": as_csv(rows),
        "file_type": "text/csv",
        "file_name": "load.csv",
    }
    created = rpc.call("base_import.import", "create", vals_list=[upload])
    return rpc.call(
        "base_import.import", "execute_import", ids=created, fields=rows[0], columns=rows[0],
        options=OPTIONS, dryrun=is_test, context=QUIET,
    )  # fmt: skip


def held(rpc: Rpc, ids: list[int]) -> dict[int, tuple[Any, Any]]:
    """Return owner and territory of accounts."""
    found = rpc.call("res.partner", "search_read", domain=[["id", "in", ids]],
                     fields=["user_id", "x_territory"], load="")  # fmt: skip
    return {row["id"]: (row["user_id"], row["x_territory"]) for row in found}


def test_the_import_screen_takes_the_files(odoo: Server, tmp_path: Path) -> None:
    """Tested, imported, looked at, and put back by the files of undo, all without an e-mail."""
    connect(odoo.crm).create([CrmTerritory("", "any", "any")])
    project, out = tmp_path / "project", tmp_path / "out"
    assert run("crm", "pull", "--crm", odoo.crm, project).code == 0
    planned = run("plan", project, "--time-limit", "10")
    assert planned.code == 0, planned.err
    made = run("export", project / "out" / "plan.plan", out, "--for", "odoo", "--records", project)
    assert made.code == 0, made.err
    name = "10_res.partner_user_id_x_territory.csv"
    rows = read(out / "odoo" / name)
    assert rows[0] == [".id", "user_id/.id", "x_territory"]
    assert len(rows) == SOME + 1
    ids = [int(row[0]) for row in rows[1:]]
    before, sent = held(odoo.rpc, ids), mails(odoo.rpc)

    said = imported(odoo.rpc, "res.partner", rows, is_test=True)
    assert [m for m in said.get("messages", ()) if m.get("type") == "error"] == []
    assert held(odoo.rpc, ids) == before

    imported(odoo.rpc, "res.partner", rows, is_test=False)
    wanted = {int(i): (int(owner), territory) for i, owner, territory in rows[1:]}
    assert held(odoo.rpc, ids) == wanted

    undo = [row for row in _all(out / "odoo" / "undo" / name) if row[0] in {r[0] for r in rows}]
    assert any(row[2] == "" for row in undo[1:])
    imported(odoo.rpc, "res.partner", undo, is_test=False)
    assert held(odoo.rpc, ids) == before
    assert mails(odoo.rpc) == sent


def _all(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
