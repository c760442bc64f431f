"""Salesforce: accounts and their owner, ``Account.OwnerId``, and the rows of their territories.

Salesforce lets rows fail one by one, so a batch is large: its records are read by 2,000, written by
sObject Collections or by Bulk API 2.0, and read back. Before records are read, jobs of an earlier,
killed push are waited for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from territory_planner.crm.batches import batches_of, rows_of
from territory_planner.crm.change import CLEAR, UNSET, Change, Value, value_of
from territory_planner.crm.connect import Address
from territory_planner.crm.connector import (
    Capabilities,
    Consequences,
    CrmAccount,
    CrmError,
    CrmTerritory,
    Opportunity,
    Record,
    RefusedError,
    RowResult,
    User,
)
from territory_planner.crm.push import HELD_BACK
from territory_planner.crm.salesforce_bulk import wait_for_jobs
from territory_planner.crm.salesforce_effects import calls_of, effects
from territory_planner.crm.salesforce_load import Load, loaded
from territory_planner.crm.salesforce_read import (
    ACCOUNT,
    OPPORTUNITY,
    OWNER,
    READ_AT_ONCE,
    accounts,
    opportunities,
    retrieved,
    users,
)
from territory_planner.crm.salesforce_soql import is_id, select, some
from territory_planner.crm.salesforce_territory import LINK, NoTerritory, territory_way
from territory_planner.errors import Fault, InputError

if TYPE_CHECKING:
    from territory_planner.crm.salesforce_wire import Wire

PARENT = {ACCOUNT: "ParentId", OPPORTUNITY: "AccountId"}
READABLE = {
    ACCOUNT: (OWNER, "Name", "ParentId"),
    OPPORTUNITY: (OWNER, "Name", "AccountId"),
}
MAX_BATCH = 20_000
"""Two of the lots that Bulk API 2.0 works by: few jobs, and not long between read and write."""


class Salesforce:
    """An org of Salesforce that accounts are read from and written to.

    Parameters
    ----------
    wire
        How it is called.
    territory
        How it keeps an account's territory.
    """

    def __init__(self, wire: Wire, territory: NoTerritory) -> None:
        self._wire, self._territory = wire, territory
        self._is_quiet = False
        self._me: str | None = None

    def capabilities(self) -> Capabilities:
        """Return what Salesforce calls things."""
        column = (self._territory.column,) if self._territory.column else ()
        return Capabilities(
            name=f"Salesforce ({self._wire.host})",
            account=ACCOUNT,
            owner_field=OWNER,
            territory_field=self._territory.name,
            name_field="Name",
            opportunity=OPPORTUNITY,
            opportunity_owner_field=OWNER,
            watched={ACCOUNT: (*READABLE[ACCOUNT], *column), OPPORTUNITY: READABLE[OPPORTUNITY]},
            max_batch=MAX_BATCH,
            territories_are_listed=self._territory.in_rows,
            territory_in_rows=self._territory.in_rows,
        )

    def users(self) -> Iterator[User]:
        """Yield the users who may own accounts, the inactive too."""
        return users(self._wire)

    def territories(self) -> Iterator[CrmTerritory]:
        """Yield the territories of the model; none for a text field."""
        return self._territory.territories()

    def accounts(self) -> Iterator[CrmAccount]:
        """Yield every account that the user may read, at its billing address."""
        return accounts(self._wire, self._territory)

    def opportunities(self) -> Iterator[Opportunity]:
        """Yield the opportunities that are not closed and have an account."""
        return opportunities(self._wire)

    def read(
        self, object: str, ids: Iterable[str] | None, fields: Sequence[str]
    ) -> Iterator[Record]:
        """Yield records with their fields; of others than accounts and opportunities, none."""
        if object not in READABLE:
            return
        if not self._is_quiet:
            wait_for_jobs(self._wire, (*READABLE, LINK), self._user())
            self._is_quiet = True
        name, column = self._territory.name, self._territory.column
        ours = {*READABLE[object], *((column,) if column and object == ACCOUNT else ())}
        asked = ["Id", "SystemModstamp", *(f for f in fields if f in ours)]
        is_linked = object == ACCOUNT and self._territory.in_rows and name in fields
        if ids is None:
            held = self._territory.all_held() if is_linked else {}
            rows = self._wire.rows(select(asked, object))
            yield from (self._record(row["Id"], row, fields, ours, held, is_linked) for row in rows)
            return
        for lot in some(list(ids), READ_AT_ONCE):
            held = self._territory.held(lot) if is_linked else {}
            for record_id, row in retrieved(self._wire, object, lot, asked).items():
                yield self._record(record_id, row, fields, ours, held, is_linked)

    def lacks(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:
        """Return the territories that the model does not have."""
        return self._territory.lacks(territories)

    def create(self, territories: Sequence[CrmTerritory]) -> tuple[str, ...]:  # noqa: ARG002
        """Make nothing: types, models and hierarchies are made, and activated, by people."""
        return ()

    def consequences(
        self,
        changes: Sequence[Change],
        *,
        notify: bool = False,  # noqa: ARG002
    ) -> Consequences:
        """Return what a change of owner takes with it, and what it leaves behind."""
        linked = [c.record_id for c in changes if c.field == self._territory.name]
        by_rule = self._territory.by_rule(linked) if self._territory.in_rows else 0
        batches = batches_of(rows_of(changes), self.capabilities())
        calls = sum(calls_of(b, self._territory.in_rows, self._territory.name) for b in batches)
        return effects(self._wire, changes, by_rule, calls)

    def dry_run(self, changes: Sequence[Change]) -> Iterator[RowResult]:
        """Yield what can be told of changes without asking; Salesforce has no dry run."""
        for change in changes:
            why = self._wrong(change)
            yield RowResult(change.key, "failed" if why else "ok", "INVALID" if why else "", why)

    def apply(
        self,
        changes: Sequence[Change],
        *,
        notify: bool = False,  # noqa: ARG002
    ) -> Iterator[RowResult]:
        """Write territories first, then the fields of the records whose territories were taken.

        Raises
        ------
        CrmError
            When Salesforce cannot be reached, or refuses calls as such.
        """
        self._is_quiet = False
        faults = {c.record: why for c in changes if (why := self._wrong(c))}
        held_back = {record: ("failed", "INVALID", why) for record, why in faults.items()}
        todo = [change for change in changes if change.record not in faults]
        is_linked = self._territory.in_rows
        links = [c for c in todo if is_linked and c.field == self._territory.name]
        try:
            for result in self._territory.write(links):
                if result.status != "ok":
                    told = f"its territory was not taken: {result.code}"
                    status = "busy" if result.status == "busy" else "failed"
                    held_back[result.key.object, result.key.record_id] = status, HELD_BACK, told
                yield result
            written = {change.key for change in links}
            rest = [c for c in changes if c.key not in written]
            for change in rest:
                if change.record in held_back:
                    status, code, why = held_back[change.record]
                    yield RowResult(change.key, status, code, why)  # type: ignore[arg-type]
            yield from self._updated([c for c in rest if c.record not in held_back])
        except RefusedError as refused:
            # Rows fail one by one here, so a refusal is about the call, and halving finds nothing.
            raise CrmError(
                f"Salesforce refuses the call itself ({refused}). Look at the user's rights and "
                "the fields that it may edit, then crm resume."
            ) from None
        self._is_quiet = True

    def _updated(self, changes: Sequence[Change]) -> Iterator[RowResult]:
        if not changes:
            return
        kind = changes[0].object
        rows = rows_of(changes)
        parents = self._parents(kind, [row[0].record_id for row in rows])
        # Siblings side by side wait for one another's lock, instead of failing for it.
        rows.sort(key=lambda row: (parents.get(row[0].record_id, ""), row[0].record_id))
        fields = sorted({change.field for change in changes})
        load = Load(
            kind,
            "update",
            ("Id", *fields),
            [{"Id": row[0].record_id} | {c.field: c.new for c in row} for row in rows],
        )
        said = loaded(self._wire, load)
        for change in changes:
            told = said[(change.record_id[:15],)]
            yield RowResult(change.key, told.status, told.code, told.message)

    def _parents(self, kind: str, ids: Sequence[str]) -> dict[str, str]:
        """Return the record whose lock an update takes besides; an account's own family, often."""
        found = {}
        for lot in some(ids, READ_AT_ONCE):
            for record_id, row in retrieved(self._wire, kind, lot, ["Id", PARENT[kind]]).items():
                found[record_id] = row[PARENT[kind]] or record_id
        return found

    def _record(
        self,
        record_id: str,
        row: dict[str, Any],
        fields: Sequence[str],
        ours: set[str],
        held: dict[str, Value],
        is_linked: bool,
    ) -> Record:
        values = {f: value_of(row.get(f)) for f in fields if f in ours}
        if is_linked and self._territory.name:
            values[self._territory.name] = held.get(record_id, CLEAR)
        return Record(record_id, values, row.get("SystemModstamp") or "")

    def _wrong(self, change: Change) -> str:
        """Return why a change is not sent at all, "" where it is."""
        if not is_id(change.record_id):
            return f"{change.record_id!r} is no id of Salesforce"
        if change.object in READABLE and change.field == OWNER:
            if change.new is CLEAR or change.new is UNSET:
                return "records of Salesforce always have an owner"
            return "" if is_id(change.new, "005") else f"{change.new!r} is no id of a user"
        if change.object == ACCOUNT and change.field == self._territory.name:
            return self._territory.wrong(change.new)
        return f"{change.object}.{change.field} is not ours to write"

    def _user(self) -> str:
        """Return the id of the user whose token this is."""
        if self._me is None:
            identity = str((self._wire.ask("") or {}).get("identity", ""))
            last = identity.rpartition("/")[2]
            self._me = last if is_id(last, "005") else ""
        return self._me


def open_salesforce(where: Address) -> Salesforce:
    """Return the connector of an address: ``salesforce+https://name.my.salesforce.com?model=FY27``.

    Raises
    ------
    InputError
        When a credential or the library is missing, or the org has no such territories.
    CrmError
        When Salesforce cannot be reached.
    """
    try:
        from territory_planner.crm.salesforce_wire import Wire
    except ImportError:
        message = "its library is missing: pip install 'territory-planner[salesforce]'."
        raise InputError([Fault("--crm", message)]) from None
    wire = Wire(where.url)
    return Salesforce(wire, territory_way(where.options, wire))
