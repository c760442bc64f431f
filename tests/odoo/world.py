"""An Odoo with the accounts of the US sample: salespeople, companies and open opportunities."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from territory_planner.crm.odoo_rpc import Rpc

SAMPLE = Path(__file__).parents[2] / "data" / "us-field-sales"
N_ACCOUNTS, N_LEADS, AT_ONCE = 10_000, 300, 1000
LOUD_NAME = "=cmd|'/C calc'!A0 <script>alert(1)</script>"
QUIET = {"tracking_disable": True, "mail_auto_subscribe_no_notify": True, "mail_notrack": True,
         "no_reset_password": True}  # fmt: skip


def fill(rpc: Rpc) -> dict[str, int]:
    """Make users, companies and opportunities, and return the territories' user ids."""
    with (SAMPLE / "reps.csv").open(encoding="utf-8", newline="") as file:
        reps = [row for row in csv.DictReader(file) if row["rep_id"]]
    users = [{"name": r["rep"], "login": r["email"], "email": r["email"]} for r in reps]
    ids = rpc.call("res.users", "create", vals_list=users, context=QUIET)
    owner = {row["territory_id"]: user for row, user in zip(reps, ids, strict=True)}
    left = {"name": "Gone Away", "login": "gone@example.com", "email": "gone@example.com"}
    (gone,) = rpc.call("res.users", "create", vals_list=[left], context=QUIET)
    rpc.call("res.users", "write", ids=[gone], vals={"active": False})
    country = _one(rpc, "res.country", [["code", "=", "US"]])
    states = {
        row["code"]: row["id"]
        for row in rpc.call(
            "res.country.state", "search_read", domain=[["country_id", "=", country]],
            fields=["code"],
        )
    }  # fmt: skip
    with (SAMPLE / "accounts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:N_ACCOUNTS]
    companies: list[dict[str, Any]] = [
        {
            "name": LOUD_NAME if place == 0 else row["name"],
            "is_company": True,
            "city": row["city"],
            "zip": row["postal_code"],
            "state_id": states.get(row["state"], False),
            "country_id": country,
            "user_id": owner.get(row["current_territory"], False),
        }
        for place, row in enumerate(rows)
    ]
    partners: list[int] = []
    for at in range(0, len(companies), AT_ONCE):
        some = companies[at : at + AT_ONCE]
        partners += rpc.call("res.partner", "create", vals_list=some, context=QUIET)
    leads = [
        {
            "name": f"Deal {place}",
            "type": "opportunity",
            "partner_id": partners[place],
            "user_id": companies[place]["user_id"],
            "expected_revenue": 1000.0 + place,
        }
        for place in range(N_LEADS)
    ]
    rpc.call("crm.lead", "create", vals_list=leads, context=QUIET)
    return owner


def mails(rpc: Rpc) -> int:
    """Return how many e-mails Odoo has queued or sent so far."""
    return len(rpc.call("mail.mail", "search_read", domain=[], fields=["id"]))


def owners(rpc: Rpc) -> dict[int, int | bool]:
    """Return the salesperson of every company, asked of Odoo directly."""
    rows = rpc.call(
        "res.partner", "search_read", domain=[["is_company", "=", True]], fields=["user_id"],
        load="",
    )  # fmt: skip
    return {row["id"]: row["user_id"] for row in rows}


def _one(rpc: Rpc, model: str, domain: list[Any]) -> int:
    (row,) = rpc.call(model, "search_read", domain=domain, fields=["id"])
    return int(row["id"])
