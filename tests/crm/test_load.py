"""A load: what is written, what is held over, what is left alone, and what puts it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_planner.crm.change import CLEAR, UNSET
from territory_planner.crm.change_set import Scope
from territory_planner.crm.connector import CrmAccount, User
from territory_planner.crm.hold_over import hold_over
from territory_planner.crm.load import LoadRow, Wishes, make_load
from territory_planner.crm.records import Records, read_records
from territory_planner.domain.alignment import Alignment
from territory_planner.errors import InputError
from tests.crm.loads import HOSTILE, Make, plan_with_ids, write_records, write_table

ACCOUNT: Make = lambda n: f"a{n}"  # noqa: E731
USER: Make = lambda n: f"u{n}"  # noqa: E731
OPPORTUNITIES = "opportunity_id,name,account_id,owner_id,amount,stage,close_date"


def world(folder: Path) -> Path:
    """Return tables of a CRM in which account 1 has opportunities of several people."""
    write_records(folder, ACCOUNT, USER)
    write_table(folder, "opportunities.csv", OPPORTUNITIES,
                ("o1", "small", "a1", "u1", "500", "Proposal", "2027-02-01"),
                ("o2", "big", "a1", "u1", "50000", "Proposal", "2027-02-01"),
                ("o3", "early", "a1", "u1", "50000", "Prospecting", "2027-02-01"),
                ("o4", "somebody else's", "a1", "u3", "50000", "Proposal", "2027-02-01"),
                ("o5", "account stays", "a0", "u1", "50000", "Proposal", "2027-02-01"))  # fmt: skip
    return folder


def test_only_what_changes_is_written(tmp_path: Path) -> None:
    """Account 1 goes from one owner to another, account 3 gets its first one, two stay."""
    plan = plan_with_ids(ACCOUNT, USER)
    for records in (None, read_records(write_records(tmp_path, ACCOUNT, USER))):
        load = make_load(plan, records, Wishes())
        assert load.rows == (
            LoadRow("account", "a1", "u2", "T2"),
            LoadRow("account", "a3", "u2", "T2"),
        )
        assert load.undo == (
            LoadRow("account", "a1", "u1", "T1"),
            LoadRow("account", "a3", CLEAR, CLEAR),
        )


def test_full_is_every_account_in_the_plans_order() -> None:
    """With full, those that stand as they should are written as well; the undo stays small."""
    load = make_load(plan_with_ids(ACCOUNT, USER), None, Wishes(full=True))
    assert [(row.id, row.owner, row.territory) for row in load.rows] == [
        ("a0", "u1", "T1"),
        ("a1", "u2", "T2"),
        ("a2", "u2", "T2"),
        ("a3", "u2", "T2"),
    ]
    assert [row.id for row in load.undo] == ["a1", "a3"]


def test_owners_and_territories_are_separate_choices() -> None:
    """What is not asked for is unset, which is neither a value nor an empty one."""
    plan = plan_with_ids(ACCOUNT, USER)
    owners = make_load(plan, None, Wishes(Scope(territory=False)))
    territories = make_load(plan, None, Wishes(Scope(owner=False)))
    assert {(row.owner, row.territory) for row in owners.rows} == {("u2", UNSET)}
    assert {(row.owner, row.territory) for row in territories.rows} == {(UNSET, "T2")}


def test_a_hand_edit_is_left_alone_also_with_full(tmp_path: Path) -> None:
    """An account that somebody has given to somebody else is in no file, and told."""
    write_records(tmp_path, ACCOUNT, USER)
    text = (tmp_path / "accounts.csv").read_text(encoding="utf-8")
    changed = text.replace(",u1,T1", ",u3,T1")
    (tmp_path / "accounts.csv").write_text(changed, encoding="utf-8")
    load = make_load(plan_with_ids(ACCOUNT, USER), read_records(tmp_path), Wishes(full=True))
    assert [row.id for row in load.rows] == ["a2", "a3"]
    assert [f.kind for f in load.findings] == ["hand edit"]


def test_owners_may_be_told_by_email_or_name(tmp_path: Path) -> None:
    """A report that names owners by e-mail is compared as if it had their ids."""
    write_records(tmp_path, ACCOUNT, USER)
    path = tmp_path / "accounts.csv"
    text = path.read_text(encoding="utf-8").replace(",u1,", ",REP1@example.com,")
    path.write_text(text.replace(",u2,", ",Rep 2,"), encoding="utf-8")
    load = make_load(plan_with_ids(ACCOUNT, USER), read_records(tmp_path), Wishes())
    assert [row.id for row in load.rows] == ["a1", "a3"]


@pytest.mark.parametrize(
    ("policy", "stages", "amount", "moved", "held"),
    [
        ("move", [], None, ["o1", "o2", "o3"], []),
        ("keep", [], None, [], ["o1", "o2", "o3"]),
        ("hold until 2027-03-31", [], None, [], ["o1", "o2", "o3"]),
        ("hold until 2027-03-31", ["proposal"], None, ["o3"], ["o1", "o2"]),
        ("hold until 2027-03-31", [], 1000.0, ["o1"], ["o2", "o3"]),
        ("hold until 2027-03-31", ["Proposal"], 1000.0, ["o1", "o3"], ["o2"]),
    ],
)
def test_hold_over(
    policy: str,
    stages: list[str],
    amount: float | None,
    moved: list[str],
    held: list[str],
    tmp_path: Path,
) -> None:
    """Of the outgoing owner's opportunities those that fit stay, the others move; nobody else's."""
    wishes = Wishes(opportunities=hold_over(policy, stages, amount))
    records = read_records(world(tmp_path))
    load = make_load(plan_with_ids(ACCOUNT, USER), records, wishes)
    rows = [row for row in load.rows if row.kind == "opportunity"]
    assert [row.id for row in rows] == moved
    assert {(row.owner, row.territory) for row in rows} <= {("u2", "T2")}
    assert [h.opportunity.id for h in load.held] == held
    is_later = policy.startswith("hold")
    assert [row.id for row in load.later] == (held if is_later else [])
    assert {h.until for h in load.held} <= {date(2027, 3, 31) if is_later else None}


@given(
    st.text("AB", min_size=4, max_size=4),
    st.text("AB.", min_size=4, max_size=4),
    st.lists(st.sampled_from(["u1", "u2", "u3", ""]), min_size=4, max_size=4),
    st.lists(st.sampled_from(["T1", "T2", "elsewhere", ""]), min_size=4, max_size=4),
    st.sampled_from([Scope(), Scope(territory=False), Scope(hand_edits="overwrite")]),
    st.booleans(),
)
def test_loaded_and_undone(
    letters: str, current: str, owners: list[str], territories: list[str], scope: Scope, full: bool
) -> None:
    """After a load nothing is left to be loaded, and its undo puts back what was there."""
    plan = plan_with_ids(ACCOUNT, USER)
    problem = plan.problem
    today = np.array([".AB".index(c) - 1 for c in current])
    problem = replace(problem, accounts=replace(problem.accounts, current=today))
    wanted = Alignment(np.array(["AB".index(c) for c in letters]))
    plan = replace(plan, problem=problem, alignment=wanted)
    held = {
        ACCOUNT(n): CrmAccount(ACCOUNT(n), HOSTILE[n], owner_id=owners[n], territory=territories[n])
        for n in range(4)
    }
    users = tuple(User(USER(k), f"Rep {k}", f"rep{k}@example.com") for k in (1, 2, 3))
    records = Records("2027-01-01T00:00:00+00:00", users, (), held)
    load = make_load(plan, records, Wishes(scope, full=full))
    after = loaded(held, load.rows)
    again = make_load(plan, replace(records, accounts=after), Wishes(scope))
    assert again.rows == ()
    assert loaded(after, load.undo) == held


def loaded(held: Mapping[str, CrmAccount], rows: Sequence[LoadRow]) -> dict[str, CrmAccount]:
    """Return what a CRM holds after rows were loaded."""
    after = dict(held)
    for row in rows:
        one = after[row.id]
        if row.owner is not UNSET:
            one = replace(one, owner_id="" if row.owner is CLEAR else str(row.owner))
        if row.territory is not UNSET:
            one = replace(one, territory="" if row.territory is CLEAR else str(row.territory))
        after[row.id] = one
    return after


def test_opportunities_are_off_by_default(tmp_path: Path) -> None:
    """A table of opportunities alone moves none of them."""
    load = make_load(plan_with_ids(ACCOUNT, USER), read_records(world(tmp_path)), Wishes())
    assert {row.kind for row in load.rows} == {"account"}
    assert load.held == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("perhaps", "'perhaps' is no policy"),
        ("hold until 2027-02-30", "2027-02-30 is no day"),
        ("hold until 2026-12-31", "holds from 2027-01-01 only"),
    ],
)
def test_what_is_no_policy(text: str, message: str) -> None:
    """A policy that says nothing, or ends before it begins, is refused."""
    with pytest.raises(InputError, match=message):
        hold_over(text, effective_date=date(2027, 1, 1))


def test_closed_cases_do_not_move(tmp_path: Path) -> None:
    """Of contacts and cases the outgoing owner's go, but not what is closed."""
    write_records(tmp_path, ACCOUNT, USER)
    write_table(tmp_path, "contacts.csv", "Id,LastName,AccountId,OwnerId",
                ("c1", "Ada", "a1", "u1"), ("c2", "Bob", "a1", "u3"))  # fmt: skip
    write_table(tmp_path, "cases.csv", "Id,Subject,AccountId,OwnerId,IsClosed",
                ("k1", "open", "a1", "u1", "false"), ("k2", "", "a1", "u1", "true"))  # fmt: skip
    wishes = Wishes(contacts=True, cases=True)
    load = make_load(plan_with_ids(ACCOUNT, USER), read_records(tmp_path), wishes)
    assert [r.id for r in load.rows if r.kind != "account"] == ["c1", "k1"]
