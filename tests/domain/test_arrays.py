"""Arrays are frozen once and fingerprinted by content."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory_planner.domain.arrays import as_text, as_utf8, fingerprint, frozen
from territory_planner.domain.territory import Measure, Territory


def test_a_frozen_array_cannot_be_written() -> None:
    """Writing to the result raises."""
    array = frozen(np.array([1.0, 2.0]), np.float64)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 5.0


def test_freezing_leaves_the_callers_array_alone() -> None:
    """The array given stays writable, and writing to it does not reach the frozen one."""
    mine = np.array([1.0, 2.0])
    array = frozen(mine, np.float64)
    mine[0] = 5.0
    assert array.tolist() == [1.0, 2.0]


def test_freezing_converts_the_type() -> None:
    """The result has the type asked for, whatever came in."""
    assert frozen(np.array([1, 2]), np.float64).dtype == np.float64


def test_a_frozen_array_is_frozen_without_a_copy() -> None:
    """Freezing again costs nothing: the same array comes back."""
    array = frozen(np.array([1, 2]), np.int32)
    assert frozen(array, np.int32) is array


def test_values_that_look_alike_have_different_fingerprints() -> None:
    """Type, shape, order, nesting and the border between neighbours all count."""
    values: list[object] = [
        1,
        "1",
        None,
        "None",
        True,
        ("ab", "c"),
        ("a", "bc"),
        ("a", ("b", "c")),
        (("a", "b"), "c"),
        {"a": "b"},
        {"b": "a"},
        np.zeros((2, 3)),
        np.zeros((3, 2)),
        np.zeros(6),
        np.zeros(6, dtype=np.int64),
        np.array(["ab", "c"]),
        np.array(["a", "bc"]),
        np.array([1.0, 2.0]),
        np.array([2.0, 1.0]),
        b"a",
        "a",
        Measure("a", "b"),
        Measure("b", "a"),
    ]
    for one, other in combinations(values, 2):
        assert fingerprint(one) != fingerprint(other), (one, other)


def test_the_memory_layout_does_not_count() -> None:
    """Equal numbers have one fingerprint, in whatever order they lie in memory."""
    rows = np.arange(6.0).reshape(2, 3)
    assert fingerprint(np.asfortranarray(rows)) == fingerprint(rows)


def test_the_width_of_text_does_not_count() -> None:
    """Equal texts have one fingerprint, however much room the array gives them."""
    assert fingerprint(np.array(["ä", "bc"], dtype="U9")) == fingerprint(np.array(["ä", "bc"]))


def test_the_order_of_a_mapping_does_not_count() -> None:
    """Two mappings of equal entries have one fingerprint."""
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


def test_a_fingerprint_is_the_same_in_another_process() -> None:
    """Sets are put in order first: Python scatters texts differently in each process."""
    program = (
        "from territory_planner.domain.arrays import fingerprint\n"
        "from territory_planner.domain.problem import Territory\n"
        "print(fingerprint(Territory('T1', 'North', skills=frozenset('abcdefgh'))))"
    )
    other = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = fingerprint(Territory("T1", "North", skills=frozenset("abcdefgh")))
    assert other.stdout.strip() == here


TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=5)


@given(TEXTS, st.integers(0, 4))
def test_text_is_encoded_as_numpy_does(texts: list[str], wider: int) -> None:
    """Bytes, type and shape, also of arrays that are wider than their texts; and decoded again."""
    width = max([1, *map(len, texts)]) + wider
    array = np.array(texts, dtype=f"U{width}")
    for given_array in (array, array[::2], array.reshape(1, -1)):
        encoded, expected = as_utf8(given_array), np.char.encode(given_array, "utf-8")
        assert (encoded.dtype, encoded.shape) == (expected.dtype, expected.shape)
        assert encoded.tobytes() == expected.tobytes()
        assert np.array_equal(as_text(encoded), given_array)
