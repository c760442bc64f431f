"""`Load`: rows of one object to be inserted, updated or deleted, and what became of each.

Up to 2,000 rows go by sObject Collections, 200 a call; more by Bulk API 2.0, a job of CSV. Rows
fail one by one in both. An outcome is found by the row's own key: its id, or what it links.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from territory_planner.crm.change import CLEAR, UNSET, Value
from territory_planner.crm.connector import LostError

if TYPE_CHECKING:
    from territory_planner.crm.salesforce_wire import Wire

BULK_ABOVE = 2000
PER_CALL = 200
MAX_BYTES = 100_000_000
"""A job takes 150 MB after base64 coding, so 100 MB of CSV."""

BUSY = (
    "UNABLE_TO_LOCK_ROW", "REQUEST_LIMIT_EXCEEDED", "SERVER_UNAVAILABLE",
    "REQUEST_RUNNING_TOO_LONG", "CONCURRENT_REQUESTS_LIMIT_EXCEEDED", "ExceededQuota",
)  # fmt: skip
"""Codes after which the same row, or call, may succeed later."""

RowKey = tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What Salesforce says of one row."""

    status: Literal["ok", "failed", "busy"]
    code: str = ""
    message: str = ""


OK = Outcome("ok")
UNTOLD = Outcome("failed", "NO_RESULT", "Salesforce says nothing of this row")


@dataclass(frozen=True)
class Load:
    """Rows for one object.

    Parameters
    ----------
    object, operation
        What is done to what.
    columns
        The fields, in order.
    rows
        Field to value; what is missing or `UNSET` is left as it is.
    key
        The columns that tell the rows apart.
    """

    object: str
    operation: Literal["insert", "update", "delete"]
    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, Value]]
    key: tuple[str, ...] = ("Id",)

    def key_of(self, row: Mapping[str, Any]) -> RowKey:
        """Return what tells a row from the others: ids, in their case-sensitive 15 characters."""
        return tuple(str(row.get(name, ""))[:15] for name in self.key)


def loaded(wire: Wire, load: Load) -> dict[RowKey, Outcome]:
    """Let Salesforce take rows, and return what it says of each.

    Raises
    ------
    CrmError
        When it cannot be reached, or refuses the call as such.
    """
    from territory_planner.crm.salesforce_bulk import bulk_loaded

    is_large = len(load.rows) > BULK_ABOVE
    found = bulk_loaded(wire, load) if is_large else dict(_collected(wire, load))
    return {key: found.get(key, UNTOLD) for key in map(load.key_of, load.rows)}


def outcome(code: str, message: str) -> Outcome:
    """Return a refusal: for good, or until a lock is gone."""
    told = " ".join(message.split())[:500]
    return Outcome("busy" if code in BUSY else "failed", code, told)


def _collected(wire: Wire, load: Load) -> Iterator[tuple[RowKey, Outcome]]:
    for at in range(0, len(load.rows), PER_CALL):
        rows = load.rows[at : at + PER_CALL]
        for row, answer in zip(rows, _sent(wire, load, rows), strict=True):
            if not answer.get("success"):
                error = (answer.get("errors") or [{}])[0]
                code = str(error.get("statusCode") or "UNKNOWN")
                yield load.key_of(row), outcome(code, str(error.get("message") or ""))
                continue
            # Collections answer in order; a row that was taken says which it was besides.
            if "Id" in row and str(answer.get("id"))[:15] != str(row["Id"])[:15]:
                raise LostError("Salesforce answers about other rows than were sent")
            yield load.key_of(row), OK


def _sent(wire: Wire, load: Load, rows: Sequence[Mapping[str, Value]]) -> list[dict[str, Any]]:
    path = "composite/sobjects"
    if load.operation == "delete":
        ids = ",".join(str(row["Id"]) for row in rows)
        answers = wire.send("DELETE", path, ids=ids, allOrNone="false")
    else:
        records = [
            {"attributes": {"type": load.object}}
            | {
                name: None if value is CLEAR else value
                for name in load.columns
                if (value := row.get(name, UNSET)) is not UNSET
            }
            for row in rows
        ]
        method = "POST" if load.operation == "insert" else "PATCH"
        answers = wire.send(method, path, {"allOrNone": False, "records": records})
    if not isinstance(answers, list) or len(answers) != len(rows):
        raise LostError("Salesforce answers about more or fewer rows than were sent")
    return answers
