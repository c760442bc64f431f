"""`ChangeSet`: the difference between a plan and what the CRM holds, record by record.

Ownership and territory membership are separate choices. Only what differs is changed; rows with a
fault are left out, and so are accounts that somebody has given to somebody else since the plan's
data were read, unless hand edits are to be overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from territory_planner.crm.change import CLEAR, UNSET, Change, Value, value_of
from territory_planner.crm.connector import Capabilities, CrmTerritory, User
from territory_planner.crm.findings import Finding
from territory_planner.crm.hand_edits import HandEdits
from territory_planner.crm.people import territories_of, users_of
from territory_planner.crm.preflight import orphans, renamed, row_faults, short_ids
from territory_planner.crm.state import CrmState
from territory_planner.domain.plan import Plan
from territory_planner.intake.owners import long_id


@dataclass(frozen=True)
class Scope:
    """What a push is about.

    Parameters
    ----------
    owner, territory
        Whether accounts get their new owner, and their new territory.
    opportunities
        Whether open opportunities "keep" their owner, or "move" with the account where they are
        its outgoing owner's.
    vacant
        Whether an account of a vacant territory will "keep" its owner, or "clear" it.
    hand_edits
        Whether an owner that was changed in the CRM since the plan's data were read will "keep",
        or is to be "overwrite"-n.
    """

    owner: bool = True
    territory: bool = True
    opportunities: Literal["keep", "move"] = "keep"
    vacant: Literal["keep", "clear"] = "keep"
    hand_edits: Literal["keep", "overwrite"] = "keep"


@dataclass(frozen=True)
class ChangeSet:
    """What would change in the CRM, and what was found on the way.

    Parameters
    ----------
    changes
        All changes, those of a record side by side.
    findings
        Faults, whose rows are not among the changes, and remarks.
    names
        Account id to name, for people.
    accounts
        How many accounts the plan has.
    effective_date
        The day from which the plan holds, None when none was given.
    """

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    names: Mapping[str, str]
    accounts: int
    effective_date: date | None = None

    @property
    def records(self) -> int:
        """How many records change."""
        return len({change.record for change in self.changes})


def plan_ids(plan: Plan) -> list[str]:
    """Return the accounts' ids as the CRM writes them: Salesforce's with 18 characters."""
    return [long_id(account_id) for account_id in plan.problem.accounts.ids.tolist()]


def wanted_territories(plan: Plan) -> tuple[CrmTerritory, ...]:
    """Return the plan's territories, as a CRM that lacks them would make them."""
    return tuple(CrmTerritory("", t.name or t.id, t.id) for t in plan.problem.territories)


def change_set(
    plan: Plan, state: CrmState, scope: Scope | None = None, effective_date: date | None = None
) -> ChangeSet:
    """Return what must be written for the CRM to hold the plan."""
    scope = scope or Scope()
    problem, able = plan.problem, state.capabilities
    ids, names = plan_ids(plan), problem.accounts.names.tolist()
    after = plan.alignment.of_accounts(problem).tolist()
    users, findings = users_of(problem.territories, state.users)
    texts = {t.id: t.id for t in problem.territories}
    if scope.territory and able.territories_are_listed:
        texts, wrong = territories_of(problem.territories, state.territories)
        findings += wrong
    wrong, left_out = row_faults(ids, names, after, state)
    others = renamed(ids, names, state)
    findings += [*wrong, *others]
    if any(finding.is_fault for finding in others):
        left_out = set(ids)
    goals = _goals(plan, users, texts, scope, able)
    edits = HandEdits(plan, users)
    changes: list[Change] = []
    for row, (record_id, k) in enumerate(zip(ids, after, strict=True)):
        goal = goals[k]
        if goal is None or record_id in left_out:
            continue
        record = state.accounts[record_id]
        owner = goal.get(able.owner_field or "", UNSET)
        held = record.value(able.owner_field or "")
        if scope.hand_edits == "keep" and scope.owner and edits.is_one(row, held, owner):
            edits.add(record_id, names[row], held)
            continue
        for name, new in goal.items():
            old = record.value(name)
            if new is not UNSET and old is not UNSET and new != old:
                changes.append(Change(able.account, record_id, name, old, new))
    changes, findings = _without_inactive(changes, findings, state)
    if scope.opportunities == "move":
        changes += _opportunities(changes, state)
    findings += [
        *edits.found(),
        *orphans(ids, names, changes, state),
        *short_ids(problem.accounts.ids.tolist()),
    ]
    return ChangeSet(
        tuple(changes),
        tuple(findings),
        dict(zip(ids, names, strict=True)),
        problem.n_accounts,
        effective_date,
    )


def _goals(
    plan: Plan,
    users: Mapping[str, User],
    texts: Mapping[str, str],
    scope: Scope,
    able: Capabilities,
) -> list[dict[str, Value] | None]:
    """Return what the accounts of each territory are to hold, None where that is not known.

    The last entry is for accounts without a territory, which the index ``NONE`` finds.
    """
    goals: list[dict[str, Value] | None] = []
    for territory in plan.problem.territories:
        goal: dict[str, Value] = {}
        if scope.owner and able.owner_field:
            user = users.get(territory.rep_id or "")
            vacant: Value = CLEAR if scope.vacant == "clear" else UNSET
            goal[able.owner_field] = user.id if user else vacant
        if scope.territory and able.territory_field:
            goal[able.territory_field] = texts.get(territory.id, UNSET)
        is_known = territory.is_vacant or territory.rep_id in users or not scope.owner
        is_known &= not scope.territory or territory.id in texts
        goals.append(goal if is_known else None)
    nothing = (scope.owner and able.owner_field, scope.territory and able.territory_field)
    return [*goals, {name: CLEAR for name in nothing if name}]


def _without_inactive(
    changes: Sequence[Change], findings: Sequence[Finding], state: CrmState
) -> tuple[list[Change], list[Finding]]:
    """Leave out records that would go to an inactive user; nobody else's rows are held up by one.

    An inactive user to whom nothing goes is no fault: what stays with one is told as an orphan.
    """
    able = state.capabilities
    inactive = {user.id for user in state.users if not user.active}
    held = {c.record for c in changes if c.field == able.owner_field and c.new in inactive}
    kept = [change for change in changes if change.record not in held]
    return kept, [f for f in findings if f.kind != "inactive user" or held]


def _opportunities(changes: Sequence[Change], state: CrmState) -> list[Change]:
    able = state.capabilities
    if able.opportunity is None or able.opportunity_owner_field is None:
        return []
    moved = {c.record_id: c for c in changes if c.field == able.owner_field}
    return [
        Change(able.opportunity, o.id, able.opportunity_owner_field, value_of(o.owner_id), c.new,
               follows=c.record_id)
        for o in state.opportunities
        if (c := moved.get(o.account_id)) is not None
        and value_of(o.owner_id) == c.old
        and c.new is not CLEAR
    ]  # fmt: skip
