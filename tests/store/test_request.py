"""What is asked of a plan stands beside the settings, and comes back as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_planner.domain.plan import SolveOptions
from territory_planner.store.records import Asked
from territory_planner.store.request import (
    Explaining,
    Repairing,
    Request,
    request_of,
    request_settings,
    request_values,
)
from territory_planner.store.runs import Store
from tests.store.plans import small_plan

SETTINGS = '[data]\naccounts = "a.csv"\n'
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
REQUESTS = st.builds(Explaining, WORDS) | st.builds(
    Repairing, st.dictionaries(WORDS, WORDS), st.none() | WORDS
)


@given(request=REQUESTS)
def test_a_request_comes_back(request: Request) -> None:
    """Whatever ids are made of."""
    kept = json.loads(json.dumps(request_values(request)))
    assert request_of(kept) == request
    assert len(request.key) <= 210


def test_a_key_tells_the_first_edits() -> None:
    """And how many there are beside them."""
    moves = {f"A{i}": "T1" for i in range(1204)}
    assert Repairing({"A1": "T2"}).key == "repair/A1=T2"
    assert Repairing(moves).key == "repair/A0=T1, A1=T1, A2=T1 and 1,201 more"
    assert Explaining("A7").key == "why/A7"
    assert Explaining("A" * 500).key.endswith("A…")


def test_edits_are_told_as_settings() -> None:
    """One each, and the measure where one was named."""
    asked = request_settings(Repairing({"A1": "T2", "A2": "Ben"}, "work"))
    assert asked == {"repair.measure": "work", "repair A1": "T2", "repair A2": "Ben"}
    assert request_settings(Explaining("A1")) == {"why.account": "A1"}


def test_a_store_keeps_it(store: Store) -> None:
    """In either kind of database, apart from the settings, with a key of its own."""
    plan, request = small_plan(), Repairing({"é'\"\\": "T1", "A2": "T2"}, "potential")
    asked = Asked("West", plan.options, settings=SETTINGS, start=plan, request=request)
    with store.begin(asked) as run:
        run.finish(plan, {"moved": 0.25})
    record = store.record(run.id)
    assert (record.settings, record.request, record.key) == (SETTINGS, request, request.key)
    assert record.answer == {"moved": 0.25}
    assert store.finished("repair/") == {request.key: run.id}
    assert store.start_of(run.id) == plan


def test_nothing_is_asked_of_no_plan() -> None:
    """It could not be made again."""
    with pytest.raises(ValueError, match="there is no plan to repair: start is None"):
        Asked("West", SolveOptions(), request=Repairing({"A1": "T2"}))
