"""A stand-in for an org of Salesforce: its records, and what it says to whoever changes them.

It knows the objects that the connector uses, refuses as Salesforce does (inactive owners, deleted
records, links twice), and counts every write of every field, so that a test can tell what was
written twice. Trouble can be planted: a code for a record, until the trouble is mended.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from territory_planner.intake.owners import long_id

Row = dict[str, Any]
PREFIX = {
    "Account": "001", "User": "005", "Opportunity": "006", "Territory2": "0MI",
    "Territory2Model": "0MA", "ObjectTerritory2Association": "0TZ", "AccountTeamMember": "01M",
    "ApexTrigger": "01q", "FlowDefinitionView": "3dd",
}  # fmt: skip
LINK = "ObjectTerritory2Association"
UPDATABLE = {"Account": {"OwnerId", "Name", "ParentId", "Sales_Territory__c"},
             "Opportunity": {"OwnerId", "Name"}}  # fmt: skip
MESSAGES = {
    "INACTIVE_OWNER_OR_USER": "operation performed with inactive user as owner",
    "ENTITY_IS_DELETED": "entity is deleted",
    "UNABLE_TO_LOCK_ROW": "unable to obtain exclusive access to this record or 1 records",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": "Strategic accounts, \"A\": ask first,\nthen change",
    "DUPLICATE_VALUE": "duplicate value found: Code__c duplicates value on record",
}  # fmt: skip


class RowError(Exception):
    """One row is refused."""

    def __init__(self, code: str, message: str = "", *fields: str) -> None:
        self.code, self.message, self.fields = code, message or MESSAGES[code], fields
        super().__init__(code)


def sf_id(kind: str, number: int) -> str:
    """Return the 18-character id of the n-th record of an object, with capitals among its 15."""
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    text = ""
    for _ in range(7):
        number, place = divmod(number, len(digits))
        text = digits[place] + text
    return PREFIX[kind] + "Hs000" + text + _sum(PREFIX[kind] + "Hs000" + text)


def _sum(short: str) -> str:
    # The checksum does not depend on the prefix's meaning; ours knows those of accounts.
    shown = long_id("001" + short[3:])[15:]
    first = sum(1 << place for place, c in enumerate(short[:5]) if c.isupper())
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[first] + shown[1:]


@dataclass
class Org:
    """The records of an org, by object and by the 15 characters of their ids.

    `planted` holds the trouble of records, `locked_for` how often a record is locked, `unknown`
    the objects that this org does not have, and `uncovered` the accounts that lost their last
    territory.
    """

    tables: dict[str, dict[str, Row]] = field(default_factory=dict)
    planted: dict[str, str] = field(default_factory=dict)
    locked_for: dict[str, int] = field(default_factory=dict)
    writes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    unknown: set[str] = field(default_factory=set)
    uncovered: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)
    made: Counter[str] = field(default_factory=Counter)
    stamp: int = 0

    def add(self, kind: str, **fields: Any) -> str:
        """Put a record into the org, and return its id."""
        self.made[kind] += 1
        record_id = sf_id(kind, self.made[kind])
        self.table(kind)[record_id[:15]] = {"Id": record_id, "SystemModstamp": "0"} | fields
        return record_id

    def table(self, kind: str) -> dict[str, Row]:
        """Return the records of an object."""
        return self.tables.setdefault(kind, {})

    def get(self, kind: str, record_id: str) -> Row | None:
        """Return a record that is not deleted; an 18-character id with a false sum is none."""
        row = self.table(kind).get(record_id[:15])
        if row is None or row.get("IsDeleted") or record_id not in (row["Id"], row["Id"][:15]):
            return None
        return row

    def rows(self, kind: str) -> list[Row]:
        """Return the records of an object that are not deleted."""
        return [row for row in list(self.table(kind).values()) if not row.get("IsDeleted")]

    def change(self, operation: str, kind: str, fields: Row) -> str:
        """Insert, update or delete one record, and return its id.

        Raises
        ------
        RowError
            When the org refuses.
        """
        with self.lock:
            if operation == "insert":
                return self._insert(kind, fields)
            record_id = str(fields.get("Id") or "")
            if not record_id.isalnum() or len(record_id) not in (15, 18):
                raise RowError("MALFORMED_ID", f"Id field is not a valid ID: {record_id}", "Id")
            if (row := self.table(kind).get(record_id[:15])) is None:
                raise RowError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
            if row.get("IsDeleted"):
                raise RowError("ENTITY_IS_DELETED")
            self._trouble(record_id, fields)
            if operation == "delete":
                del self.table(kind)[record_id[:15]]
                if kind == LINK and not self.territories_of(row["ObjectId"]):
                    self.uncovered.add(row["ObjectId"])
                self.writes[kind, self._link(row) if kind == LINK else row["Id"], "-"] += 1
                return str(row["Id"])
            return self._update(kind, row, fields)

    def _update(self, kind: str, row: Row, fields: Row) -> str:
        if kind not in UPDATABLE:
            raise RowError("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"{kind} cannot be updated")
        new = {name: value for name, value in fields.items() if name != "Id"}
        for name, value in new.items():
            if name not in UPDATABLE[kind]:
                raise RowError("INVALID_FIELD_FOR_INSERT_UPDATE", f"Unable to edit {name}", name)
            if name == "OwnerId":
                self._owner(value)
        for name, value in new.items():
            row[name] = value
            self.writes[kind, row["Id"], name] += 1
        self.stamp += 1
        row["SystemModstamp"] = str(self.stamp)
        return str(row["Id"])

    def _owner(self, value: Any) -> None:
        if not value:
            raise RowError("REQUIRED_FIELD_MISSING", "Required fields are missing", "OwnerId")
        user = self.get("User", str(value))
        if user is None:
            raise RowError("INVALID_CROSS_REFERENCE_KEY", f"Owner ID: id value of incorrect type: "
                           f"{value}", "OwnerId")  # fmt: skip
        if not user["IsActive"]:
            raise RowError("INACTIVE_OWNER_OR_USER", "", "OwnerId")

    def _insert(self, kind: str, fields: Row) -> str:
        if kind != LINK:
            raise RowError("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"{kind} is not made here")
        if set(fields) != {"ObjectId", "Territory2Id", "AssociationCause"}:
            raise RowError("REQUIRED_FIELD_MISSING", f"Required fields are missing: {fields}")
        if fields["AssociationCause"] != "Territory2Manual":
            raise RowError("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "bad value", "Association")
        account = self.get("Account", fields["ObjectId"])
        territory = self.get("Territory2", fields["Territory2Id"])
        if account is None or territory is None:
            raise RowError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        self._trouble(account["Id"], fields)
        pair = {"ObjectId": account["Id"], "Territory2Id": territory["Id"]}
        if any(all(row[n] == v for n, v in pair.items()) for row in self._links_of(account["Id"])):
            raise RowError("DUPLICATE_VALUE", "duplicate value found: the link is there")
        made = self.link(account["Id"], territory["Id"], fields["AssociationCause"])
        self.writes[kind, f"{account['Id']} {territory['Id']}", "+"] += 1
        return made

    def link(self, account: str, territory: str, cause: str = "Territory2Manual") -> str:
        """Put an account into a territory."""
        model = self.table("Territory2")[territory[:15]]["Territory2ModelId"]
        made = self.add(LINK, ObjectId=account, Territory2Id=territory, AssociationCause=cause)
        self.table(LINK)[made[:15]]["Territory2.Territory2ModelId"] = model
        self._of.setdefault(account, []).append(made)
        return made

    _of: dict[str, list[str]] = field(default_factory=dict)

    def _links_of(self, account: str) -> list[Row]:
        ids = self._of.get(account, [])
        return [row for i in ids if (row := self.table(LINK).get(i[:15])) is not None]

    def territories_of(self, account: str, cause: str = "Territory2Manual") -> set[str]:
        """Return the territories that an account is in."""
        links = self._links_of(account)
        return {row["Territory2Id"] for row in links if row["AssociationCause"] == cause}

    def _link(self, row: Row) -> str:
        return f"{row['ObjectId']} {row['Territory2Id']}"

    def _trouble(self, record_id: str, fields: Row) -> None:
        short = record_id[:15]
        if self.locked_for.get(short, 0) > 0:
            self.locked_for[short] -= 1
            raise RowError("UNABLE_TO_LOCK_ROW")
        if short in self.planted:
            raise RowError(self.planted[short], "", *sorted(set(fields) & {"OwnerId"}))

    def plant(self, code: str, *record_ids: str) -> None:
        """Let rows of these records be refused with a code until `mend`."""
        self.planted.update({record_id[:15]: code for record_id in record_ids})

    def mend(self) -> None:
        """Take away what was planted."""
        self.planted.clear()
