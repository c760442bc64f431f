"""JSON lines: one JSON value a line, in the order in which they are to be sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


def write_json_lines(path: Path, values: Iterable[Any]) -> int:
    """Write values, and return how many; nothing is written where there are none."""
    lines = [json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n" for value in values]
    if lines:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8", newline="")
    return len(lines)


def parts_of(rows: Sequence[T], most: int) -> list[Sequence[T]]:
    """Return rows in parts of at most that many."""
    return [rows[at : at + most] for at in range(0, len(rows), most)]
