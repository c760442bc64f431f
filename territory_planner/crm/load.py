"""`Load`: what is to be written into a CRM by hand, and what puts it back.

It is worked out as a push is, by `change_set`, from the tables of the CRM where they are given and
else from what the plan's own tables say of today. Field names are ours; a format gives them the
CRM's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from territory_planner.crm.change import CLEAR, UNSET, Change, Key, Value, value_of
from territory_planner.crm.change_set import Scope, change_set, plan_ids
from territory_planner.crm.connector import Capabilities, Opportunity, Record, User
from territory_planner.crm.findings import Finding
from territory_planner.crm.hold_over import HoldOver
from territory_planner.crm.people import users_of
from territory_planner.crm.records import Records
from territory_planner.crm.state import CrmState, now
from territory_planner.domain.plan import Plan
from territory_planner.intake.owners import long_id

Kind = Literal["account", "opportunity", "contact", "case"]
ACCOUNT: Kind = "account"
OWNER, TERRITORY, NAME = "owner", "territory", "name"
ABLE = Capabilities("CRM", ACCOUNT, OWNER, TERRITORY, NAME)


@dataclass(frozen=True)
class LoadRow:
    """One record to be written: its owner's id and the id of its territory in the plan."""

    kind: Kind
    id: str
    owner: Value = UNSET
    territory: Value = UNSET


@dataclass(frozen=True)
class Held:
    """An opportunity that stays with its owner until a day, None for good."""

    opportunity: Opportunity
    to_owner: str
    until: date | None


@dataclass(frozen=True)
class Wishes:
    """What is to be written, beside the plan.

    Parameters
    ----------
    scope
        Owners, territories, vacancies and hand edits, as for a push.
    opportunities
        What happens to open opportunities; None leaves them alone.
    contacts, cases
        Whether those of the outgoing owner move with their account.
    full
        Whether all accounts are written, and not those alone that change.
    effective_date
        The day from which the plan holds.
    """

    scope: Scope = field(default_factory=Scope)
    opportunities: HoldOver | None = None
    contacts: bool = False
    cases: bool = False
    full: bool = False
    effective_date: date | None = None


@dataclass(frozen=True)
class Load:
    """What is to be written, and what was found on the way.

    Parameters
    ----------
    plan, wishes, records
        What it was made from; records are None when no tables of the CRM were given.
    users, user_of
        User id to user, and rep id to user.
    changes
        What changes, in our field names, with what the CRM holds now.
    rows
        The rows to be written.
    held
        The opportunities that stay for now.
    findings
        Faults, whose rows are not among the rows, and remarks.
    """

    plan: Plan
    wishes: Wishes
    records: Records | None
    users: Mapping[str, User]
    user_of: Mapping[str, User]
    changes: tuple[Change, ...]
    rows: tuple[LoadRow, ...]
    held: tuple[Held, ...]
    findings: tuple[Finding, ...]

    @property
    def undo(self) -> tuple[LoadRow, ...]:
        """The rows that put back what the CRM holds now."""
        return load_rows([(c.key, c.old) for c in self.changes])

    @property
    def later(self) -> tuple[LoadRow, ...]:
        """The rows of opportunities that are held, for the day on which they move."""
        ids = self.new_territories
        return tuple(
            LoadRow("opportunity", h.opportunity.id, h.to_owner,
                    ids.get(h.opportunity.account_id, UNSET))
            for h in self.held
            if h.until is not None
        )  # fmt: skip

    @property
    def new_territories(self) -> dict[str, Value]:
        """Account id to the territory that the plan gives it."""
        territories, problem = self.plan.problem.territories, self.plan.problem
        after = self.plan.alignment.of_accounts(problem).tolist()
        texts: list[Value] = [*(t.id for t in territories), CLEAR]
        return {i: texts[k] for i, k in zip(plan_ids(self.plan), after, strict=True)}


def make_load(
    plan: Plan,
    records: Records | None,
    wishes: Wishes,
    held: Mapping[str, str] | None = None,
) -> Load:
    """Return what is to be written for a CRM to hold the plan.

    Parameters
    ----------
    held
        Account id to its territory today, where that is not a field of the account.
    """
    state = _state(plan, records)
    if held is not None:
        accounts = {
            i: replace(r, fields={**r.fields, TERRITORY: value_of(held.get(i))})
            for i, r in state.accounts.items()
        }
        state = replace(state, accounts=accounts)
    found = change_set(plan, state, wishes.scope, wishes.effective_date)
    values: dict[Key, Value] = {change.key: change.new for change in found.changes}
    if wishes.full:
        values = _full(plan, state, wishes, values)
    changes = list(found.changes)
    held_over: list[Held] = []
    for kind in _kinds(wishes):
        moved, stay = _children(kind, found.changes, records, wishes)
        changes += moved
        held_over += stay
        values |= {change.key: change.new for change in moved}
    users = {user.id: user for user in state.users}
    load = Load(
        plan=plan,
        wishes=wishes,
        records=records,
        users=users,
        user_of=users_of(plan.problem.territories, state.users)[0],
        changes=tuple(changes),
        rows=(),
        held=tuple(held_over),
        findings=found.findings,
    )
    return replace(load, rows=_with_territories(load_rows(list(values.items())), load))


def load_rows(values: Sequence[tuple[Key, Value]]) -> tuple[LoadRow, ...]:
    """Return values as rows, one a record, in the order of their first field."""
    rows: dict[tuple[str, str], LoadRow] = {}
    for key, value in values:
        row = rows.get((key.object, key.record_id)) or LoadRow(_kind(key.object), key.record_id)
        changed = replace(row, owner=value) if key.field == OWNER else replace(row, territory=value)
        rows[key.object, key.record_id] = changed
    return tuple(rows.values())


def _kind(text: str) -> Kind:
    kinds: dict[str, Kind] = {k: k for k in ("account", "opportunity", "contact", "case")}
    return kinds[text]


def _kinds(wishes: Wishes) -> list[Kind]:
    asked: dict[Kind, bool] = {
        "opportunity": wishes.opportunities is not None,
        "contact": wishes.contacts,
        "case": wishes.cases,
    }
    return [kind for kind, is_asked in asked.items() if is_asked]


def _state(plan: Plan, records: Records | None) -> CrmState:
    """Return what the CRM holds, or else what the plan's tables say that it does."""
    territories = plan.problem.territories
    if records is not None:
        known = {t.name: t.id for t in territories} | {t.id: t.id for t in territories}
        held = {
            a.id: _record(a.id, a.name, a.owner_id, known.get(a.territory, a.territory))
            for a in records.accounts.values()
        }
        return CrmState(ABLE, records.read_at, records.users, records.territories, held)
    accounts = plan.problem.accounts
    reps = {t.rep_id: User(long_id(t.rep_id), t.rep or "", t.email or "")
            for t in territories if t.rep_id}  # fmt: skip
    owners = [*(long_id(t.rep_id or "") for t in territories), ""]
    ids = [*(t.id for t in territories), ""]
    rows = zip(plan_ids(plan), accounts.names.tolist(), accounts.current.tolist(), strict=True)
    held = {i: _record(i, name, owners[k], ids[k]) for i, name, k in rows}
    return CrmState(ABLE, now(), tuple(reps.values()), (), held)


def _record(record_id: str, name: str, owner: str, territory: str) -> Record:
    fields = {OWNER: value_of(owner), TERRITORY: value_of(territory), NAME: value_of(name)}
    return Record(record_id, fields)


def _full(
    plan: Plan, state: CrmState, wishes: Wishes, values: Mapping[Key, Value]
) -> dict[Key, Value]:
    """Return what changes, and what stands as the plan has it already."""
    blank = {
        record.id: replace(record, fields={**record.fields, OWNER: CLEAR, TERRITORY: CLEAR})
        for record in state.accounts.values()
    }
    scope = replace(wishes.scope, hand_edits="overwrite")
    all_ = change_set(plan, replace(state, accounts=blank), scope)
    differ = {
        c.record_id
        for c in all_.changes
        if c.key not in values and state.accounts[c.record_id].value(c.field) != c.new
    }
    # What differs and is no change was left out on purpose, such as an owner changed by hand.
    stands = {c.key: c.new for c in all_.changes if c.record_id not in differ}
    order = {record_id: row for row, record_id in enumerate(plan_ids(plan))}
    both = {**stands, **values}
    return dict(sorted(both.items(), key=lambda item: order[item[0].record_id]))


def _children(
    kind: Kind, changes: Sequence[Change], records: Records | None, wishes: Wishes
) -> tuple[list[Change], list[Held]]:
    """Return what moves of one kind with its accounts, and what stays for now."""
    moved: list[Change] = []
    stay: list[Held] = []
    going = {c.record_id: c for c in changes if c.field == OWNER and isinstance(c.new, str)}
    policy = wishes.opportunities if kind == "opportunity" else None
    children = records.children.get(kind, ()) if records else ()
    # Rows of one account stand together, or several batches would lock it at once.
    for child in sorted(children, key=lambda one: (one.account_id, one.id)):
        change = going.get(child.account_id)
        if change is None or value_of(child.owner_id) != change.old:
            continue
        if policy is not None and policy.stays(child):
            stay.append(Held(child, str(change.new), policy.until))
        else:
            moved.append(Change(kind, child.id, OWNER, change.old, change.new))
    return moved, stay


def _with_territories(rows: Sequence[LoadRow], load: Load) -> tuple[LoadRow, ...]:
    """Return the rows with the new territory of each opportunity's account."""
    if not load.wishes.scope.territory or load.records is None:
        return tuple(rows)
    account = {o.id: o.account_id for o in load.records.children.get("opportunity", ())}
    new = load.new_territories
    return tuple(
        replace(row, territory=new.get(account[row.id], UNSET))
        if row.kind == "opportunity"
        else row
        for row in rows
    )
