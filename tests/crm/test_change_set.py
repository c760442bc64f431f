"""What would change: only what differs, nothing that is not known, and all faults at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_planner.crm.change import CLEAR, Value
from territory_planner.crm.change_set import ChangeSet, Scope, change_set
from territory_planner.crm.connector import (
    Capabilities,
    CrmTerritory,
    Opportunity,
    Record,
    User,
)
from territory_planner.crm.findings import refuse_faults
from territory_planner.crm.state import CrmState
from territory_planner.domain.plan import Plan
from territory_planner.errors import InputError
from territory_planner.intake.owners import long_id
from tests.exporting.plans import plan_of
from tests.worlds import grid_problem

ABLE = Capabilities("a CRM", "account", "owner", "territory", "name", "deal", "owner")
USERS = (
    User("R1", "Rep 1", "rep1@example.com"),
    User("R2", "Rep 2", "rep2@example.com"),
    User("R9", "Gone", "gone@example.com", active=False),
)
FOUR = {"A0": "R1", "A1": "R1", "A2": "R2", "A3": "R2"}


def plan(letters: str = "ABBA", current: str = "AABB") -> Plan:
    return plan_of(grid_problem("1111", current=current), letters)


def held(
    owners: Mapping[str, str] = FOUR,
    territories: Mapping[str, str] | None = None,
    users: Sequence[User] = USERS,
    able: Capabilities = ABLE,
    **more: object,
) -> CrmState:
    """Return a CRM in which accounts have these owners and no territory but those given."""
    records = {}
    for record_id, owner in owners.items():
        fields: dict[str, Value] = {
            "owner": owner or CLEAR,
            "territory": (territories or {}).get(record_id) or CLEAR,
            "name": f"Account {record_id[1:]}",
        }
        records[record_id] = Record(record_id, fields)
    return CrmState(able, "now", tuple(users), (), records, **more)  # type: ignore[arg-type]


def told(found: ChangeSet, field: str = "owner") -> dict[str, tuple[Value, Value]]:
    return {c.record_id: (c.old, c.new) for c in found.changes if c.field == field}


def kinds(found: ChangeSet, *, faults: bool = True) -> list[str]:
    return [f.kind for f in found.findings if f.is_fault == faults]


OWNERS = Scope(territory=False)


def test_only_what_differs_changes() -> None:
    found = change_set(plan(), held(), OWNERS)
    assert told(found) == {"A1": ("R1", "R2"), "A3": ("R2", "R1")}
    assert found.records == 2
    assert not kinds(found)


def test_owners_and_territories_are_separate_choices() -> None:
    both = change_set(plan(), held(territories={"A0": "T1"}))
    assert told(both) == told(change_set(plan(), held(), OWNERS))
    assert told(both, "territory") == {
        "A1": (CLEAR, "T2"),
        "A2": (CLEAR, "T2"),
        "A3": (CLEAR, "T1"),
    }
    alone = change_set(plan(), held(territories={"A0": "T1"}), Scope(owner=False))
    assert told(alone) == {}
    assert told(alone, "territory") == told(both, "territory")


@given(st.text("AB", min_size=4, max_size=4), st.text("AB", min_size=4, max_size=4))
def test_a_crm_that_holds_the_plan_does_not_change(letters: str, current: str) -> None:
    """What a change set says, once written, leaves nothing to change: planning is idempotent."""
    made, scope = plan(letters, current), Scope(hand_edits="overwrite")
    state = held()
    first = change_set(made, state, scope)
    records = {i: dict(r.fields) for i, r in state.accounts.items()}
    for change in first.changes:
        assert records[change.record_id][change.field] == change.old
        records[change.record_id][change.field] = change.new
    written = {i: Record(i, fields) for i, fields in records.items()}
    assert change_set(made, replace(state, accounts=written), scope).changes == ()


def test_hand_edits_are_kept_unless_asked_otherwise() -> None:
    """A1 was R1's when the plan was read, and is the third one's now."""
    users = (*USERS, User("R3", "Third"))
    state = held({**FOUR, "A1": "R3"}, users=users)
    kept = change_set(plan(), state, OWNERS)
    assert told(kept) == {"A3": ("R2", "R1")}
    assert kinds(kept, faults=False) == ["hand edit"]
    over = change_set(plan(), state, Scope(territory=False, hand_edits="overwrite"))
    assert told(over)["A1"] == ("R3", "R2")


def test_an_account_of_nobody_is_no_hand_edit() -> None:
    state = held({**FOUR, "A1": ""})
    assert told(change_set(plan(), state, OWNERS))["A1"] == (CLEAR, "R2")


def test_all_faults_come_at_once_with_their_remedies() -> None:
    """Unknown records and users, duplicates and double owners stand in one error."""
    made = plan("ABBA")
    accounts = made.problem.accounts
    ids = np.array(["A0", "A1", "A1", "A9"])
    made = replace(made, problem=replace(made.problem, accounts=replace(accounts, ids=ids)))
    state = held(users=(User("R1", "Rep 1", "rep1@example.com"),))
    found = change_set(made, state, OWNERS)
    assert sorted(kinds(found)) == ["duplicate row", "unknown record", "unknown user"]
    with pytest.raises(InputError, match="3 problems") as error:
        refuse_faults(found.findings, "crm")
    for remedy in ("Give the reps table", "Pull again", "Leave one row"):
        assert remedy in str(error.value)
    assert found.changes == ()


def test_an_account_that_would_go_to_two_is_a_double_owner() -> None:
    made = plan("ABBA")
    ids = np.array(["A0", "A0", "A2", "A3"])
    accounts = replace(made.problem.accounts, ids=ids)
    found = change_set(replace(made, problem=replace(made.problem, accounts=accounts)), held())
    assert kinds(found) == ["double owner"]
    assert "A0" not in told(found)


def test_an_inactive_user_is_a_fault_only_where_something_goes_to_him() -> None:
    gone = (replace(USERS[0], active=False), USERS[1])
    found = change_set(plan("ABBA"), held(users=gone), OWNERS)
    assert kinds(found) == ["inactive user"]
    assert told(found) == {"A1": ("R1", "R2")}
    kept = change_set(plan("AABB"), held(users=gone), OWNERS)
    assert kinds(kept) == []
    assert kinds(kept, faults=False) == ["orphan"]


ONE = User("7", "x", "rep1@example.com")


@pytest.mark.parametrize(
    ("users", "kind"),
    [
        ((User("7", "Rep 1", "REP1@example.com"), USERS[1]), None),
        ((User("7", "Rep 1"), USERS[1]), None),
        ((ONE, replace(ONE, id="8")), "ambiguous user"),
        ((User("7", "Rep 1"), User("8", "rep 1")), "ambiguous user"),
        ((ONE, replace(ONE, id="8", active=False)), None),
        ((User("R1", "x", "other@example.com"),), "another user"),
        ((), "unknown user"),
    ],
)  # fmt: skip
def test_a_rep_is_looked_up_by_id_email_and_name(users: tuple[User, ...], kind: str | None) -> None:
    """Several that fit are refused; an id that is somebody else's is a coincidence."""
    found = change_set(plan("AAAA", "BBBB"), held(users=(*users, USERS[1])[:3]), OWNERS)
    assert [k for k in kinds(found) if k != "unknown user" or kind == k] == ([kind] if kind else [])
    assert bool(told(found)) == (kind is None)


def test_ids_of_15_characters_are_those_of_18() -> None:
    made = plan("ABBA")
    short = ["001D000000Iqhu0", "001D000000IqhSL", "001D000000IqhSM", "001D000000IqhSN"]
    accounts = replace(made.problem.accounts, ids=np.array(short))
    made = replace(made, problem=replace(made.problem, accounts=accounts))
    state = held(dict(zip(map(long_id, short), FOUR.values(), strict=True)))
    state = replace(state, capabilities=replace(ABLE, name_field=None))
    found = change_set(made, state, OWNERS)
    assert set(told(found)) == {long_id(short[1]), long_id(short[3])}
    assert kinds(found) == []
    assert "short id" in kinds(found, faults=False)


def test_a_spreadsheet_that_changed_capitals_is_named() -> None:
    found = change_set(plan("ABBA"), held({"a0": "R1", "A1": "R1", "A2": "R2", "A3": "R2"}), OWNERS)
    (fault,) = [f for f in found.findings if f.is_fault]
    assert "A0 (Account 0), capitals apart a0" in fault.sentence


def test_records_with_other_names_are_other_records() -> None:
    """Numbers that happen to be ids in another system are told by their names."""
    state = held()
    others = {i: Record(i, {**r.fields, "name": "Somebody"}) for i, r in state.accounts.items()}
    found = change_set(plan(), replace(state, accounts=others), OWNERS)
    assert kinds(found) == ["other name"]
    assert found.changes == ()
    one = {**state.accounts, "A0": others["A0"]}
    renamed = change_set(plan(), replace(state, accounts=one), OWNERS)
    assert told(renamed)
    assert kinds(renamed, faults=False) == ["other name"]


def test_accounts_of_a_vacancy_keep_their_owner_unless_asked_otherwise() -> None:
    made = plan("ABBA")
    first, second = made.problem.territories
    vacant = replace(second, rep_id=None, rep=None, email=None)
    made = replace(made, problem=replace(made.problem, territories=(first, vacant)))
    assert told(change_set(made, held(), OWNERS)) == {"A3": ("R2", "R1")}
    cleared = change_set(made, held(), Scope(territory=False, vacant="clear"))
    assert told(cleared) == {"A1": ("R1", CLEAR), "A2": ("R2", CLEAR), "A3": ("R2", "R1")}
    assert "orphan" in kinds(cleared, faults=False)


def test_listed_territories_are_found_by_key_and_name() -> None:
    able = replace(ABLE, territories_are_listed=True)
    there = (CrmTerritory("t1", "x", "T1"), CrmTerritory("t2", "territory 2"))
    state = replace(held(able=able), territories=there)
    found = change_set(plan("ABBA"), state, Scope(owner=False))
    assert {new for _, new in told(found, "territory").values()} == {"t1", "t2"}
    state = replace(state, territories=(*there[:1], there[1], CrmTerritory("t3", "Territory 2")))
    found = change_set(plan("ABBA"), state, Scope(owner=False))
    assert kinds(found) == ["ambiguous territory"]
    assert set(told(found, "territory")) == {"A0", "A3"}


def test_only_the_outgoing_owners_opportunities_move() -> None:
    deals = (Opportunity("D1", "", "A1", "R1"), Opportunity("D2", "", "A1", "R9"),
             Opportunity("D3", "", "A0", "R1"))  # fmt: skip
    state = held(opportunities=deals)
    found = change_set(plan(), state, Scope(territory=False, opportunities="move"))
    assert [(c.record_id, c.new) for c in found.changes if c.object == "deal"] == [("D1", "R2")]
    assert not [c for c in change_set(plan(), state).changes if c.object == "deal"]
