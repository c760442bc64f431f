"""`Change`: one field of one record in a CRM, what it holds and what it is to hold.

A value has three states, since CRMs read an empty cell in opposite ways: `UNSET` says nothing about
the field, `CLEAR` says that it is empty, and anything else is a text that is not empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Literal, NamedTuple


class Mark(Enum):
    """The two states of a value that are no text."""

    UNSET = "unset"
    CLEAR = "clear"

    def __repr__(self) -> str:
        return self.name


UNSET: Literal[Mark.UNSET] = Mark.UNSET
CLEAR: Literal[Mark.CLEAR] = Mark.CLEAR
Value = Literal[Mark.UNSET, Mark.CLEAR] | str


class Key(NamedTuple):
    """Which field of which record."""

    object: str
    record_id: str
    field: str


@dataclass(frozen=True)
class Change:
    """One field of one record: what the CRM holds, and what it is to hold.

    Parameters
    ----------
    object, record_id, field
        The CRM's own names: "res.partner", "42", "user_id".
    old, new
        What it held when it was read, and what is to be written: `CLEAR` or a text.
    follows
        The account with whose owner this one changes, "" for none: it stays where that one does.
    """

    object: str
    record_id: str
    field: str
    old: Value
    new: Value
    follows: str = ""

    def __post_init__(self) -> None:
        for value in (self.old, self.new):
            if value is UNSET or value == "":
                raise ValueError(f"a change goes from and to CLEAR or a text, not {value!r}")
        if self.old == self.new:
            raise ValueError(f"{self.key} already holds {self.new!r}")

    @property
    def key(self) -> Key:
        """Which field of which record."""
        return Key(self.object, self.record_id, self.field)

    @property
    def record(self) -> tuple[str, str]:
        """Which record."""
        return self.object, self.record_id

    def undone(self) -> Change:
        """Return the change that puts back what was there."""
        return Change(self.object, self.record_id, self.field, self.new, self.old)


def value_of(text: str | None) -> Value:
    """Return what a CRM holds as a value: nothing and the empty text are both `CLEAR`."""
    return text or CLEAR


def cell(value: Value) -> str:
    """Return a value as a cell of our own files, in which an empty one means `CLEAR`.

    Raises
    ------
    ValueError
        When it is `UNSET`, for which such a file has no cell.
    """
    if value is UNSET:
        raise ValueError("a field that nothing is said about has no cell")
    return "" if isinstance(value, Mark) else value


def members(value: Value) -> frozenset[str]:
    """Return the members of a value that is a set: ids with commas between."""
    return frozenset(value.split(",")) if isinstance(value, str) else frozenset()


def set_of(ids: Iterable[str]) -> Value:
    """Return ids as the value that `members` reads."""
    return value_of(",".join(sorted(ids)))


def is_half_done(change: Change, held: Value) -> bool:
    """Return whether a set is on its way from old to new: new ones are there, old ones not gone.

    It may also have stopped before the last of several new ones was there.
    """
    old, new, now = members(change.old), members(change.new), members(held)
    return now not in (old, new) and now <= old | new and (new <= now or old <= now)
