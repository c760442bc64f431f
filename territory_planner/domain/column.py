"""`Column`: a text column of the accounts, such as their industry, each value kept once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray, TextArray, set_frozen


@dataclass(frozen=True, eq=False)
class Column:
    """A column of texts as codes: at a million accounts four bytes each.

    Parameters
    ----------
    values
        ``(n_values,)`` the texts that occur, sorted; "" stands for nothing.
    code
        ``(n_accounts,)`` index of each account's value.
    """

    values: TextArray
    code: IntArray

    def __post_init__(self) -> None:
        set_frozen(self, "values", np.str_, (None,))
        set_frozen(self, "code", np.int32, (None,))
        if self.code.size and not 0 <= self.code.min() <= self.code.max() < len(self.values):
            raise ValueError(f"a value is not among the {len(self.values)} there are")

    def __len__(self) -> int:
        return len(self.code)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Column:
        """Return the column of some texts."""
        values, code = np.unique(np.array(list(texts), dtype=np.str_), return_inverse=True)
        return cls(values, code.reshape(-1))

    def only(self, kept: BoolArray) -> Column:
        """Return the accounts that are marked, and the values that they have."""
        used, code = np.unique(self.code[kept], return_inverse=True)
        return Column(self.values[used], code.reshape(-1))

    def joined(self, other: Column) -> Column:
        """Return these accounts and after them those of another column."""
        values = np.union1d(self.values, other.values)
        codes = [np.searchsorted(values, c.values)[c.code] for c in (self, other)]
        return Column(values, np.concatenate(codes))

    def matching(self, wanted: Iterable[str]) -> BoolArray:
        """Return ``(n_accounts,)``: True where the value is one of those, capitals aside."""
        small = {text.casefold() for text in wanted}
        is_one = np.array([str(value).casefold() in small for value in self.values], np.bool_)
        marked: BoolArray = is_one[self.code] if len(is_one) else np.zeros(len(self), np.bool_)
        return marked
