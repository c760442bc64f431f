"""Plans and tables for the tests of load files, with ids as each CRM has them and hostile names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from territory_planner.crm.cells import as_csv
from territory_planner.crm.salesforce_csv import id18
from territory_planner.domain.plan import Plan
from territory_planner.domain.territory import Territory
from tests.exporting.plans import moving_plan

HOSTILE = ("=cmd|'/c calc'!A0", "<script>alert(1)</script>\n& Sons", 'say "hi", 🙂', "שלום ‏,")
GUIDS = "{0:08d}-0000-4000-8000-{1:012d}"

Make = Callable[[int], str]


def salesforce(prefix: str) -> Make:
    """Return what makes the nth id that begins so."""
    return lambda n: id18(f"{prefix}Fk{n:010d}")


def plan_with_ids(
    account: Make, user: Make, names: Sequence[str] = HOSTILE, manager: str | None = None
) -> Plan:
    """Return a plan of four accounts: T1's stays, T1's goes to T2, T2's stays, T2 gets nobody's."""
    plan = moving_plan()
    problem = plan.problem
    accounts = replace(
        problem.accounts,
        ids=np.array([account(n) for n in range(4)]),
        names=np.array(names),
    )
    territories = tuple(
        Territory(
            id=f"T{k + 1}",
            name=("North & <South>", 'Zürich "West", 🙂')[k],
            rep_id=user(k + 1),
            rep=f"Rep {k + 1}",
            email=f"rep{k + 1}@example.com",
            manager=manager,
        )
        for k in range(2)
    )
    return replace(
        plan, problem=replace(problem, accounts=accounts, territories=territories, crs="EPSG:3857")
    )


def salesforce_plan(manager: str | None = None) -> Plan:
    """Return the plan with ids of Salesforce."""
    return plan_with_ids(salesforce("001"), salesforce("005"), manager=manager)


def write_table(folder: Path, name: str, headers: str, *rows: Sequence[str]) -> None:
    """Write a table of a CRM."""
    folder.mkdir(parents=True, exist_ok=True)
    text = as_csv([headers.split(","), *rows])
    (folder / name).write_text(text, encoding="utf-8", newline="")


def write_records(folder: Path, account: Make, user: Make, names: Sequence[str] = HOSTILE) -> Path:
    """Write the tables of a CRM that holds what the plan says of today."""
    owners = (user(1), user(1), user(2), "")
    write_table(
        folder,
        "accounts.csv",
        "account_id,name,owner_id,territory_in_crm",
        *((account(n), names[n], owners[n], ("T1", "T1", "T2", "")[n]) for n in range(4)),
    )
    write_table(
        folder,
        "users.csv",
        "id,name,email,login,active",
        *((user(k), f"Rep {k}", f"rep{k}@example.com", "", "yes") for k in (1, 2, 3)),
    )
    return folder


def files_of(folder: Path, words: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return every file of a folder by its path, as text in which some words are replaced."""
    found = {
        p.relative_to(folder).as_posix(): p.read_bytes().decode()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.suffix != ".gpkg"
    }
    for old, new in (words or {}).items():
        found = {name: text.replace(old, new) for name, text in found.items()}
    return found
