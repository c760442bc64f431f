"""Values have three states, and a change can be undone."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_planner.crm.before_image import read_before_image, write_before_image
from territory_planner.crm.change import CLEAR, UNSET, Change, cell, value_of

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1)
values = st.just(CLEAR) | texts
changes = st.tuples(texts, texts, values, values).filter(lambda t: t[2] != t[3])


def test_the_three_states_are_apart() -> None:
    """Nothing said, empty and a text are never taken for one another, copied or not."""
    assert len({UNSET, CLEAR, "unset", "clear", "CLEAR"}) == 5
    assert pickle.loads(pickle.dumps(CLEAR)) is CLEAR
    assert value_of("") is value_of(None) is CLEAR
    with pytest.raises(ValueError, match="has no cell"):
        cell(UNSET)


@pytest.mark.parametrize(("old", "new"), [("a", ""), ("", "a"), ("a", UNSET), (UNSET, "a")])
def test_a_change_speaks_of_clear_or_a_text(old: str, new: str) -> None:
    """An empty text, or nothing at all, is no value to write."""
    with pytest.raises(ValueError, match="CLEAR or a text"):
        Change("account", "a1", "owner", old, new)


def test_a_change_changes() -> None:
    """What a field holds already is no change."""
    with pytest.raises(ValueError, match="already holds"):
        Change("account", "a1", "owner", CLEAR, CLEAR)


@given(values)
def test_a_cell_is_read_as_it_was_written(value: str) -> None:
    assert value_of(cell(value)) == value


@given(st.lists(changes, max_size=5, unique_by=lambda t: t[:2]))
def test_a_before_image_holds_any_text(tmp_path_factory: pytest.TempPathFactory, rows) -> None:  # type: ignore[no-untyped-def]
    """Line ends, quotes, formulas and other hostile texts come back as they were."""
    folder = tmp_path_factory.mktemp("image")
    made = tuple(Change("account", i, f, old, new) for i, f, old, new in rows)
    write_before_image(folder, made, "now", {}, "2027-01-01")
    assert read_before_image(folder) == made


@given(changes)
def test_undoing_twice_is_doing(row: tuple[str, str, str, str]) -> None:
    change = Change("account", *row)
    assert change.undone().undone() == change
    assert (change.undone().old, change.undone().new) == (change.new, change.old)


def test_only_its_owner_may_read_a_before_image(tmp_path: Path) -> None:
    path = write_before_image(tmp_path, [], "now", {}, "")
    assert path.stat().st_mode & 0o777 == 0o600
