"""Who serves which account, as rows that can be asked for in SQL."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from territory_planner.domain.plan import Plan
from territory_planner.store.schema import ASSIGNMENT

COPY = "COPY assignment (run, account, territory) FROM STDIN"
INSERT = "INSERT INTO assignment (run, account, territory) VALUES (?, ?, ?)"


def write_assignments(connection: Connection, number: int, plan: Plan) -> None:
    """Write one row an account."""
    problem = plan.problem
    names = np.array([territory.id for territory in problem.territories], dtype=object)
    # Rows in the order of their key are written in one pass.
    order = np.argsort(problem.accounts.ids)
    accounts = problem.accounts.ids[order].tolist()
    territories = names[plan.alignment.of_accounts(problem)[order]].tolist()
    rows = zip([number] * len(accounts), accounts, territories, strict=True)
    if connection.dialect.name == "postgresql":
        driver = connection.connection.cursor()
        with driver.copy(COPY) as copy:
            for row in rows:
                copy.write_row(row)
    else:
        # SQLAlchemy's own executemany takes twice as long over a million rows.
        connection.exec_driver_sql(INSERT, list(rows))


def read_assignments(
    connection: Connection, number: int
) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    """Return account ids and territory ids, in the order of the account ids."""
    asked = (
        select(ASSIGNMENT.c.account, ASSIGNMENT.c.territory)
        .where(ASSIGNMENT.c.run == number)
        .order_by(ASSIGNMENT.c.account)
    )
    rows = connection.execute(asked).all()
    accounts, territories = zip(*rows, strict=True) if rows else ((), ())
    return np.array(accounts, dtype=np.str_), np.array(territories, dtype=np.str_)
