"""Records of new accounts: their cells, and one sentence for all that share a fault."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from territory_planner.domain.arrays import BoolArray, TextArray
from territory_planner.intake.faults import EXAMPLES

Record = Mapping[str, str | float | bool]


def tell(faults: list[str], ids: TextArray, bad: BoolArray, told: str) -> None:
    """Add one sentence about all the accounts that something is wrong with."""
    names = [f"'{name}'" for name in ids[bad].tolist()]
    if not names:
        return
    shown = ", ".join(names[:EXAMPLES])
    more = f" and {len(names) - EXAMPLES:,} more" if len(names) > EXAMPLES else ""
    faults.append(f"{shown}{more} {'is' if len(names) == 1 else 'are'} {told}.")


def text(record: Record, key: str) -> str:
    """Return a cell as text, "" where there is none."""
    value = record.get(key)
    if value is None:
        return ""
    # TOML and data frames write codes as numbers.
    if isinstance(value, float | int) and not isinstance(value, bool) and value == int(value):
        return str(int(value))
    return str(value).strip()


def number(value: str | float | bool | None) -> float:
    """Return a cell as a number, NaN where it is none."""
    try:
        return float(value) if value is not None else np.nan
    except ValueError:
        return np.nan
