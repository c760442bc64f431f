"""Columns of texts: values once, codes for the accounts."""

from __future__ import annotations

import numpy as np
import pytest

from territory_planner.domain.column import Column
from tests.worlds import grid_problem


def texts(column: Column) -> list[str]:
    """Return a column's texts, one an account."""
    return [str(text) for text in column.values[column.code]]


def test_a_column_is_its_texts() -> None:
    """Read, cut and joined, it holds what a list would."""
    words = ["steel", "", "wood", "steel"]
    column = Column.of(words)
    assert texts(column) == words
    assert column.values.tolist() == ["", "steel", "wood"]
    assert texts(column.only(np.array([False, True, False, True]))) == ["", "steel"]
    assert texts(column.joined(Column.of(["zinc", "a"]))) == [*words, "zinc", "a"]
    assert column.matching(["Steel", "none"]).tolist() == [True, False, False, True]
    assert not Column.of([]).matching(["x"]).size


def test_columns_fit_their_accounts() -> None:
    """A code without value, and a column of other accounts, are refused."""
    with pytest.raises(ValueError, match="not among the 1"):
        Column(np.array(["a"]), np.array([1]))
    accounts = grid_problem("12").accounts
    with pytest.raises(ValueError, match="column 'x' speaks of 1 accounts, not 2"):
        type(accounts)(
            accounts.ids, accounts.names, accounts.unit, accounts.xy, accounts.activity,
            accounts.current, accounts.placed_by, {"x": Column.of(["a"])},
        )  # fmt: skip
