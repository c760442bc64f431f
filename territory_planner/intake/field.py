"""Who owns which account now: a table of accounts, such as `crm pull` writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from territory_planner.config import ACCOUNT_COLUMNS
from territory_planner.intake.columns import match_columns
from territory_planner.intake.faults import Faults
from territory_planner.intake.headers import ACCOUNT_HEADERS, USUAL_ACCOUNT_HEADERS
from territory_planner.intake.owners import long_id
from territory_planner.intake.reading import read_file

OWNERS = ("owner_id", "OwnerId", "Owner ID", "hubspot_owner_id")
TERRITORIES = ("territory_in_crm", "territory_id", "territory", "current_territory")


def read_field(path: Path) -> list[tuple[str, str, str, str]]:
    """Return id, name, owner and territory of every account in a table, "" for nothing.

    The owner's column goes before one that tells who serves the account by any word, since the
    latter leaves out owners who are no reps.

    Raises
    ------
    InputError
        When the table has no ids or nobody's name, or an account stands in it twice.
    """
    faults = Faults()
    table = read_file(path, str(path), faults)
    if table is None:
        faults.raise_if_any()
    assert table is not None
    columns = match_columns(
        table, ACCOUNT_COLUMNS, {}, ACCOUNT_HEADERS, USUAL_ACCOUNT_HEADERS, "--accounts", faults
    )
    owner = next((h for w in OWNERS if (h := table.header_of(w))), columns.header("current"))
    marked = next((h for w in TERRITORIES if (h := table.header_of(w)) not in (None, owner)), None)
    has = f"The file has: {', '.join(table.headers)}."
    if not columns.has("id"):
        faults.add(table.file, f"a column with the account's key is missing: account_id. {has}")
    if owner is None and marked is None:
        faults.add(table.file, f"a column with the owner is missing: owner_id. {has}")
    faults.raise_if_any()
    ids = [long_id(id_) for id_ in columns.text("id").to_pylist()]
    _, first = np.unique(ids, return_index=True)
    again = np.ones(len(ids), dtype=np.bool_)
    again[first] = False
    faults.add_rows(
        table,
        f"column '{columns.header('id')}' must be filled and unique",
        again | np.array([not id_ for id_ in ids]),
        lambda i: ids[i] or "no id",
        "Leave one row for each account: two may have two owners.",
    )
    faults.raise_if_any()
    nothing = [""] * len(ids)
    owners = nothing if owner is None else table.text(owner).to_pylist()
    territories = nothing if marked is None else table.text(marked).to_pylist()
    names = columns.text("name").to_pylist()
    if owner is None:
        owners, territories = territories, nothing
    return list(zip(ids, names, owners, territories, strict=True))
