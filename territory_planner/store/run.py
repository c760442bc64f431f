"""`Run`: what is going on, until it is recorded how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, update

from territory_planner.domain.plan import Plan
from territory_planner.errors import TerritoryPlannerError
from territory_planner.store.assignments import write_assignments
from territory_planner.store.contents import keep, parts_of
from territory_planner.store.database import Database
from territory_planner.store.records import outcome
from territory_planner.store.schema import RUN


class Run:
    """A run that has begun; see `Store.begin`.

    Parameters
    ----------
    database, id, number
        Where its record is.
    """

    def __init__(self, database: Database, id: str, number: int) -> None:
        self._database = database
        self._number = number
        self.id = id
        self._ended = False

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        if self._ended:
            return
        # Why the run failed matters more than why that cannot be recorded.
        with suppress(TerritoryPlannerError):
            if error is None:
                self.fail("it ended without a plan")
            elif isinstance(error, KeyboardInterrupt):
                self.fail("interrupted")
            else:
                self.fail(str(error) or type(error).__name__)

    def finish(self, plan: Plan, answer: Mapping[str, Any] | None = None) -> None:
        """Record the plan that came of it: all of it, or nothing.

        Parameters
        ----------
        answer
            What came of a request beside the plan, as plain values.

        Raises
        ------
        ValueError
            When the run has ended already.
        OutputError, InputError
            When nothing can be written to the store.
        """
        name, parts = parts_of(plan)
        row = outcome(plan)
        with self._database.writing() as connection:
            ended = {"plan": name, "status": "finished", "reason": None, "answer": answer}
            self._end(connection, row | ended)
            keep(connection, parts)
            write_assignments(connection, self._number, plan)
        self._ended = True

    def fail(self, reason: str) -> None:
        """Record why there is no plan; errors as in `finish`."""
        with self._database.writing() as connection:
            self._end(connection, {"status": "failed", "reason": reason})
        self._ended = True

    def _end(self, connection: Connection, values: dict[str, Any]) -> None:
        # A run that was taken for lost, on a machine that slept, may still come to its end.
        asked = update(RUN).where(
            RUN.c.number == self._number, RUN.c.status.in_(("running", "unfinished"))
        )
        if not connection.execute(asked.values(ended=datetime.now(UTC), **values)).rowcount:
            raise ValueError(f"run {self.id} has ended; what is recorded is never changed")
