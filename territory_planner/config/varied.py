"""`--vary` of the command line: a sweep in words that a shell takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from territory_planner.config.reading import _table
from territory_planner.config.sweep import (
    MOST_VALUES,
    TEXTS,
    WHOLES,
    known_of,
    read_sweep,
)
from territory_planner.config.tables import Settings
from territory_planner.domain.sweep import Sweep, Value
from territory_planner.errors import Fault, InputError

Complain = Callable[[str], None]

VARIED = re.compile(r"(?P<name>[^\[=]+)(\[(?P<where>[^\]]*)\])?=(?P<values>.*)", re.DOTALL)
EXAMPLE = "Write it like headcount=50:70:5 or band.revenue=0.05,0.1."


def read_varied(settings: Settings, texts: Sequence[str]) -> Sweep | None:
    """Return the sweep that `--vary` asks for, None where it asks for nothing.

    Parameters
    ----------
    texts
        Such as "headcount=50:70:5" or "band.revenue=0.05,0.1".

    Raises
    ------
    InputError
        With everything that is wrong in them.
    """
    messages: list[str] = []
    tree = _tree(texts, messages.append)
    known = known_of(settings, "--vary")
    sweep = read_sweep(tree, known, _table, messages.append) if tree else None
    if messages:
        raise InputError([Fault("command line", message) for message in messages])
    return sweep


def _tree(texts: Sequence[str], complain: Complain) -> dict[str, Any]:
    """Return what would stand under ``[sweep]``."""
    tree: dict[str, Any] = {}
    for text in texts:
        found = VARIED.fullmatch(text)
        if found is None:
            complain(f"'{text}' names no values. {EXAMPLE}")
            continue
        kind, _, measure = found["name"].strip().partition(".")
        values = _values(text, kind, found["values"], complain)
        if found["where"] is not None and kind != "growth":
            complain(f"'{text}': only growth can be that of some accounts. {EXAMPLE}")
        elif kind == "growth":
            pairs = (pair.partition("=")[::2] for pair in (found["where"] or "").split(",") if pair)
            where = {key.strip(): value.strip() for key, value in pairs}
            entry: dict[str, Any] = {"scale": measure, "by": values}
            if "territory" in where:
                entry["territory"] = where.pop("territory")
            if where:
                entry["where"] = where
            tree.setdefault("growth", []).append(entry)
        elif measure:
            of_kind = tree.setdefault(kind, {})
            if not isinstance(of_kind, dict) or measure in of_kind:
                complain(f"'{text}': {kind} is varied twice. Keep one.")
                continue
            of_kind[measure] = values
        elif kind in tree:
            complain(f"'{text}': {kind} is varied twice. Keep one.")
        else:
            tree[kind] = values
    return tree


def _values(text: str, kind: str, told: str, complain: Complain) -> list[Value]:
    """Return the values of a list with commas, of which numbers may be first:last:step."""
    parts = [part.strip() for part in told.split(",")]
    if kind in TEXTS:
        return list(parts)
    found: list[Value] = []
    for part in parts:
        try:
            numbers = [Decimal(number) for number in part.split(":")]
            found += _steps(numbers, kind in WHOLES)
        except (InvalidOperation, ValueError, OverflowError):
            complain(f"'{text}': '{part}' is no number, nor first:last:step. {EXAMPLE}")
            return [1]
    return found


def _steps(numbers: Sequence[Decimal], whole: bool) -> list[Value]:
    """Return a number, or all from the first to the last of a range.

    Raises
    ------
    ValueError
        When it is neither.
    """
    # A step of 1 is meant between whole numbers alone.
    if len(numbers) > 3 or (len(numbers) == 2 and not whole):
        raise ValueError
    first, last = numbers[0], numbers[min(1, len(numbers) - 1)]
    step = numbers[2] if len(numbers) > 2 else Decimal(1)
    if not (first.is_finite() and last.is_finite() and step > 0 and last >= first):
        raise ValueError
    count = int((last - first) / step) + 1
    if count > MOST_VALUES:
        raise ValueError
    stepped = [first + step * i for i in range(count)]
    if whole and any(number != number.to_integral_value() for number in stepped):
        raise ValueError
    return [int(number) if whole else float(number) for number in stepped]
