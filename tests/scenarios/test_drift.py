"""What the field changed by hand is told apart from what the plan decided."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import territory_planner as tp
from territory_planner.domain.plan import Plan
from territory_planner.errors import InputError
from territory_planner.evaluation.balance import territory_totals
from territory_planner.intake.field import read_field
from territory_planner.scenarios.drift import Drift, Held, drift_columns
from territory_planner.scenarios.repair import repair
from tests.salesops.plans import NAMED, colorado

PLANNED = {"A1": "R1", "A2": "R1", "A3": "R2", "A4": "R1", NAMED: "R1"}
"""Who owns each account once the plan is live; T3 is vacant, and A4 keeps its old owner."""


def field(**changed: str | None) -> list[Held]:
    """Return the field as planned but for some owners; None for an account that is gone."""
    owners: dict[str, str | None] = {**PLANNED, **changed}
    return [Held(id_, owner=owner) for id_, owner in owners.items() if owner is not None]


def held(plan: Plan, found: Drift) -> list[str]:
    """Return the territory of each account now."""
    ids = [t.id for t in plan.problem.territories] + [""]
    return [ids[k] for k in found.now]


def test_a_live_plan_has_not_drifted() -> None:
    """Nothing is told of a field that holds the plan, the vacancy's accounts included."""
    found = tp.drift(colorado(), field())
    assert found.counts == {
        "in place": 5,
        "moved": 0,
        "owned by nobody": 0,
        "owned outside the plan": 0,
        "gone": 0,
        "new": 0,
    }
    assert not found.broken
    assert not found.touched


def test_each_change_is_called_what_it_is() -> None:
    """Moved, owned by nobody, owned by a stranger, gone and new are five things."""
    plan = colorado()
    changed = field(A1="R2", A2="", A3="someone", N9=None)
    found = tp.drift(plan, [*changed, Held("X1", "Xylo", "R2")])
    assert found.what.tolist() == [
        "moved", "owned by nobody", "owned outside the plan", "in place", "gone",
    ]  # fmt: skip
    assert held(plan, found) == ["T2", "", "", "T3", ""]
    assert [(one.id, k) for one, k, _ in found.new] == [("X1", 1)]
    assert found.moves == {"A1": "T2"}


def test_the_balance_is_that_of_evaluation() -> None:
    """Totals now are those that evaluation finds, and a band that breaks is named."""
    plan = colorado()
    found = tp.drift(plan, field(A1="R2", A2="R2", N9="R2"))
    before, after = found.comparison.scorecards
    assert before.total[:, 0].tolist() == [25, 20, 20]
    assert after.total[:, 0].tolist() == [0, 45, 20]
    assert np.array_equal(before.total, territory_totals(plan.problem, plan.alignment))
    assert found.broken == [(0, 0), (1, 0)]
    assert after.moved_accounts == 3


def test_a_vacancy_is_held_by_its_mark() -> None:
    """An account of a vacant territory is in place while it is marked so, whoever owns it."""
    plan = colorado()
    others = [one for one in field() if one.id != "A4"]
    marked = tp.drift(plan, [*others, Held("A4", owner="R2", territory="North")])
    assert marked.counts["moved"] == 0
    given = tp.drift(plan, [*others, Held("A4", owner="R2")])
    assert given.moves == {"A4": "T2"}


def test_a_rep_with_two_territories_moves_nothing_between_them() -> None:
    """An owner tells the rep, not which of the rep's territories."""
    plan = colorado()
    t1, t2, t3 = plan.problem.territories
    two = replace(t2, rep_id="R1", rep="Ana", email="ana@example.com")
    shared = replace(plan, problem=replace(plan.problem, territories=(t1, two, t3)))
    found = tp.drift(shared, field(A3="R1"))
    assert found.counts["in place"] == 5


@pytest.mark.parametrize("word", ["R1", "ana@example.com", "Ana", "T1"])
def test_an_owner_may_be_called_anything(word: str) -> None:
    """Id, e-mail, name, or the territory itself."""
    found = tp.drift(colorado(), field(A1=word))
    assert found.counts["in place"] == 5


def test_the_list_holds_what_is_not_in_place() -> None:
    """One row for each change, with its planned and its present holder."""
    found = tp.drift(colorado(), [*field(A1="R2"), Held("X1", "Xylo", "R2")])
    columns = drift_columns(found)
    assert columns["account_id"] == ["A1", "X1"]
    assert columns["planned_rep"] == ["Ana", ""]
    assert columns["territory_id"] == ["T2", "T2"]
    assert columns["workload"] == [10.0, None]


def test_what_was_moved_can_be_kept() -> None:
    """`repair` takes the moves as its edits."""
    plan = colorado()
    found = tp.drift(plan, field(A1="R2"))
    mended = repair(plan, found.moves)
    unit = int(plan.problem.accounts.unit[0])
    assert mended.plan.alignment.territory_of[unit] == 1


def test_a_pulled_table_is_read(tmp_path: Path) -> None:
    """Of a table that `crm pull` writes, the true owner counts, who may be no rep."""
    path = tmp_path / "accounts.csv"
    path.write_text(
        "account_id,name,current,owner_id,territory_in_crm\nA1,Alder,,u99,North\n", "utf-8"
    )
    assert read_field(path) == [("A1", "Alder", "u99", "North")]


def test_a_table_with_faults_is_refused(tmp_path: Path) -> None:
    """An account twice, and a table without owners, are told."""
    path = tmp_path / "accounts.csv"
    path.write_text("account_id,owner_id\nA1,R1\nA1,R2\n", "utf-8")
    with pytest.raises(InputError, match="must be filled and unique: 1 line is not"):
        read_field(path)
    path.write_text("account_id,name\nA1,Alder\n", "utf-8")
    with pytest.raises(InputError, match="a column with the owner is missing"):
        read_field(path)
