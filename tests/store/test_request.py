"""What is asked of a plan stands below the settings, and comes back as it was."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_planner.domain.plan import SolveOptions
from territory_planner.store.records import Asked
from territory_planner.store.request import (
    MARK,
    Explaining,
    Repairing,
    Request,
    divided,
    request_settings,
    with_request,
)
from territory_planner.store.runs import Store
from tests.store.plans import small_plan

SETTINGS = '[data]\naccounts = "a.csv"\n[[measure]]\nname = "work"  # of the field'
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
REQUESTS = st.builds(Explaining, WORDS) | st.builds(
    Repairing, st.dictionaries(WORDS, WORDS), st.none() | WORDS
)


@given(settings=st.sampled_from(["", SETTINGS, f"{SETTINGS}\n"]), request=REQUESTS)
def test_a_request_comes_back(settings: str, request: Request) -> None:
    """Whatever ids are made of; the settings to the letter, and the whole is TOML."""
    told = with_request(settings, request)
    assert divided(told) == (settings, request)
    assert request.verb in tomllib.loads(told)
    assert len(request.key) <= 210


def test_settings_without_a_request_are_themselves() -> None:
    """Also those that a newer version wrote something else below."""
    newer = f"{SETTINGS}\n{MARK}\n[swap]\naccounts = 2\n"
    for told in ("", SETTINGS, newer):
        assert with_request(told, None) == told
        assert divided(told) == (told, None)


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
        run.finish(plan, {"repair": {"moved": 0.25}})
    record = store.record(run.id)
    assert (record.settings, record.request, record.key) == (SETTINGS, request, request.key)
    assert record.scorecard is not None
    assert record.scorecard["repair"] == {"moved": 0.25}
    assert store.finished("repair/") == {request.key: run.id}
    assert store.start_of(run.id) == plan


def test_nothing_is_asked_of_no_plan() -> None:
    """It could not be made again."""
    with pytest.raises(ValueError, match="there is no plan to repair: start is None"):
        Asked("West", SolveOptions(), request=Repairing({"A1": "T2"}))
