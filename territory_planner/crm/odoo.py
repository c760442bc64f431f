"""Odoo: accounts are ``res.partner``, their owner is the salesperson, ``user_id``.

One call of ``write`` puts the same values into many records and is refused whole, so batches are
made by value. The quiet context keeps Odoo from mailing every salesperson about every account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from territory_planner.crm.batches import batches_of, rows_of
from territory_planner.crm.change import CLEAR, Change, Value, cell, value_of
from territory_planner.crm.connect import Address
from territory_planner.crm.connector import (
    Capabilities,
    Consequences,
    CrmAccount,
    CrmTerritory,
    Opportunity,
    Record,
    RefusedError,
    RowResult,
    User,
)
from territory_planner.crm.odoo_import import imported
from territory_planner.crm.odoo_rpc import Rpc, dial
from territory_planner.crm.odoo_territory import ACCOUNT, TerritoryField, territory_way
from territory_planner.errors import Fault, InputError

OWNER, LEAD = "user_id", "crm.lead"
QUIET = {
    "tracking_disable": True,
    "mail_auto_subscribe_no_notify": True,
    "mail_notrack": True,
}
AT_ONCE = 1000
EVERYTHING = {"active_test": False}
WATCHED = ("name", "active", "parent_id", "is_company")


class Odoo:
    """An Odoo that accounts are read from and written to.

    Parameters
    ----------
    rpc
        How its methods are called.
    territory
        How it keeps an account's territory.
    """

    def __init__(self, rpc: Rpc, territory: TerritoryField) -> None:
        self._rpc, self._territory = rpc, territory
        self._has_leads = bool(self._count("ir.model", [["model", "=", LEAD]]))

    def capabilities(self) -> Capabilities:
        """Return what this Odoo calls things."""
        return Capabilities(
            name=f"Odoo {self._rpc.version}",
            account=ACCOUNT,
            owner_field=OWNER,
            territory_field=self._territory.name,
            opportunity=LEAD if self._has_leads else None,
            opportunity_owner_field=OWNER if self._has_leads else None,
            watched={ACCOUNT: tuple(filter(None, (OWNER, self._territory.name, *WATCHED)))},
            max_batch=500,
            atomicity="batch",
            one_value=True,
            notifies=True,
            server_dry_run=True,
            territories_are_listed=self._territory.is_listed,
        )

    def users(self) -> Iterator[User]:
        """Yield the internal users, the inactive too."""
        fields = ["name", "login", "email", "active"]
        for row in self._rows("res.users", [["share", "=", False]], fields):
            yield User(str(row["id"]), row["name"] or "", row["email"] or "", row["login"] or "",
                       bool(row["active"]))  # fmt: skip

    def territories(self) -> Iterator[CrmTerritory]:
        """Yield the sales teams or tags that are territories; none for a text field."""
        return self._territory.territories()

    def accounts(self) -> Iterator[CrmAccount]:
        """Yield the companies."""
        fields = ["name", "city", "zip", "state_id", "country_id", "partner_latitude",
                  "partner_longitude", "parent_id", OWNER]  # fmt: skip
        states = {row["id"]: row["code"] for row in self._rows("res.country.state", [], ["code"])}
        countries = {row["id"]: row["code"] for row in self._rows("res.country", [], ["code"])}
        column = self._column()
        domain = [["is_company", "=", True], ["active", "=", True]]
        for row in self._rows(ACCOUNT, domain, fields + column):
            point = row["partner_latitude"], row["partner_longitude"]
            has_point = any(point)
            yield CrmAccount(
                id=str(row["id"]),
                name=row["name"] or "",
                latitude=point[0] if has_point else None,
                longitude=point[1] if has_point else None,
                postal_code=row["zip"] or "",
                city=row["city"] or "",
                state=states.get(row["state_id"]) or "",
                country=countries.get(row["country_id"]) or "",
                owner_id=_text(row[OWNER]),
                territory=cell(self._territory.value(row[column[0]])) if column else "",
                parent_id=_text(row["parent_id"]),
            )

    def opportunities(self) -> Iterator[Opportunity]:
        """Yield the opportunities that are neither won nor lost, under the company they are of."""
        if not self._has_leads:
            return
        fields = ["name", "partner_id", OWNER, "expected_revenue", "stage_id", "date_deadline"]
        domain = [["type", "=", "opportunity"], ["active", "=", True], ["partner_id", "!=", False],
                  ["stage_id.is_won", "=", False]]  # fmt: skip
        rows = list(self._rows(LEAD, domain, fields))
        partners = sorted({row["partner_id"] for row in rows})
        company = {
            row["id"]: row["commercial_partner_id"]
            for row in self._rows(ACCOUNT, [["id", "in", partners]], ["commercial_partner_id"])
        }
        stages = {row["id"]: row["name"] for row in self._rows("crm.stage", [], ["name"])}
        for row in rows:
            yield Opportunity(
                id=str(row["id"]),
                name=row["name"] or "",
                account_id=_text(company.get(row["partner_id"])),
                owner_id=_text(row[OWNER]),
                amount=float(row["expected_revenue"] or 0.0),
                stage=stages.get(row["stage_id"], ""),
                close_date=row["date_deadline"] or "",
            )

    def read(
        self, object: str, ids: Iterable[str] | None, fields: Sequence[str]
    ) -> Iterator[Record]:
        """Yield records with their fields; what is no id of Odoo's is not there."""
        column = self._territory.column
        known = [f for f in fields if f != column or object != ACCOUNT or self._territory.is_there]
        wanted = None if ids is None else iter([int(i) for i in ids if _is_id(i)])
        while True:
            domain: list[Any] = []
            if wanted is not None:
                some = list(islice(wanted, AT_ONCE))
                if not some:
                    return
                domain = [["id", "in", some]]
            for row in self._rows(object, domain, [*known, "write_date"]):
                values = {name: self._value(object, name, row.get(name)) for name in fields}
                yield Record(str(row["id"]), values, _text(row["write_date"]))
            if wanted is None:
                return

    def lacks(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:
        """Return the field, teams or tags that are missing."""
        return tuple(self._territory.lacks(territories))

    def create(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:
        """Make the field, teams or tags that are missing."""
        missing = self.lacks(territories)
        if missing:
            self._territory.create(territories)
        return missing

    def consequences(self, changes: Sequence[Change], *, notify: bool = False) -> Consequences:
        """Return the mails that Odoo would send, and what runs or does not follow besides."""
        to_people = sum(change.field == OWNER and change.new is not CLEAR for change in changes)
        kinds = sorted({change.object for change in changes})
        warnings = []
        for kind in kinds:
            rules = self._automations(kind)
            if rules:
                warnings.append(f"{rules} automation rules on {kind} may run for each record")
        if any(change.object == ACCOUNT and change.field == OWNER for change in changes):
            warnings.append("Contacts below an account, and its orders and tasks, keep their owner")
        if LEAD in kinds:
            warnings.append("Odoo works out the sales team of an opportunity anew, and its "
                            "assignment date")  # fmt: skip
        # Each batch is read, written and read back.
        calls = 3 * len(batches_of(rows_of(changes), self.capabilities()))
        return Consequences(to_people if notify else 0, 0, calls, tuple(warnings))

    def dry_run(self, changes: Sequence[Change]) -> Iterator[RowResult]:
        """Let Odoo import the changes as a CSV file in a transaction that it rolls back."""
        yield from imported(self._rpc, changes, QUIET)

    def apply(self, changes: Sequence[Change], *, notify: bool = False) -> Iterator[RowResult]:
        """Write one set of values to all records of a batch.

        Raises
        ------
        RefusedError
            When Odoo refuses one of them, or they differ.
        """
        rows = rows_of(changes)
        kind, row = rows[0][0].object, rows[0]
        if any(
            [(c.field, c.new) for c in other] != [(c.field, c.new) for c in row] for other in rows
        ):
            raise RefusedError("values", "one call writes the same values to all records")
        values = {change.field: self._written(kind, change) for change in row}
        ids = [int(other[0].record_id) for other in rows]
        self._rpc.call(kind, "write", ids=ids, vals=values, context={} if notify else QUIET)
        yield from (RowResult(change.key, "ok") for change in changes)

    def _written(self, kind: str, change: Change) -> Any:
        """Return a new value as `write` takes it, for the fields that are ours to write."""
        if kind in (ACCOUNT, LEAD) and change.field == OWNER:
            if not isinstance(change.new, str):
                return False
            if not _is_id(change.new):
                raise RefusedError("user", f"{change.new!r} is no id of a user")
            return int(change.new)
        if kind == ACCOUNT and change.field == self._territory.name:
            return self._territory.values(change.new)
        raise RefusedError("field", f"{kind}.{change.field} is not ours to write")

    def _value(self, kind: str, name: str, held: Any) -> Value:
        if kind == ACCOUNT and name == self._territory.name:
            return self._territory.value(held)
        return value_of(_text(held))

    def _column(self) -> list[str]:
        column = self._territory.column
        return [column] if column and self._territory.is_there else []

    def _automations(self, kind: str) -> int:
        if not self._count("ir.model", [["model", "=", "base.automation"]]):
            return 0
        return self._count(
            "base.automation", [["model_id.model", "=", kind], ["active", "=", True]]
        )

    def _count(self, model: str, domain: list[Any]) -> int:
        return len(self._rpc.call(model, "search_read", domain=domain, fields=["id"]))

    def _rows(self, model: str, domain: list[Any], fields: list[str]) -> Iterator[dict[str, Any]]:
        """Yield records by id, some thousand at a time; relations are ids."""
        last = 0
        while True:
            rows = self._rpc.call(
                model,
                "search_read",
                domain=[*domain, ["id", ">", last]],
                fields=fields,
                order="id",
                limit=5 * AT_ONCE,
                load="",
                context=EVERYTHING,
            )
            yield from rows
            if len(rows) < 5 * AT_ONCE:
                return
            last = rows[-1]["id"]


def open_odoo(where: Address) -> Odoo:
    """Return the connector of an address: ``odoo+https://host/database?territory=field``.

    Raises
    ------
    InputError
        When the database is missing from it, or a credential from the environment.
    CrmError
        When Odoo cannot be reached.
    """
    if not where.path:
        message = "the database is missing: odoo+https://host/database."
        raise InputError([Fault("--crm", message)])
    rpc = dial(where.url, where.path)
    return Odoo(rpc, territory_way(where.options.get("territory", "field"), rpc))


def _text(held: Any) -> str:
    return "" if held is None or held is False else str(held)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10
