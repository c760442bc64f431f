"""Numbers as a reader sees them: thousands separated, a true minus sign, shares as percent."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from territory_planner.evaluation.rounding import half_up

MISSING = "–"


def quantity(value: float | None, decimals: int = 0) -> str:
    """Return a number with separated thousands; a dash for what is missing."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{half_up(value, decimals):,}"
    # What rounds to nothing has no sign.
    return text.replace("-", "−") if any(c in "123456789" for c in text) else text.lstrip("-")


def signed(value: float | None, decimals: int = 0) -> str:
    """Return a difference with its sign; a dash for what is missing."""
    text = quantity(value, decimals)
    is_gain = value is not None and value > 0 and any(c in "123456789" for c in text)
    return f"+{text}" if is_gain else text


def percent(share: float | None, decimals: int = 1) -> str:
    """Return a share as percent."""
    text = quantity(None if share is None else share * 100, decimals)
    return text if text == MISSING else f"{text}%"


def signed_percent(share: float | None, decimals: int = 1) -> str:
    """Return a relative deviation as percent with its sign."""
    text = signed(None if share is None else share * 100, decimals)
    return text if text == MISSING else f"{text}%"


def decimals_for(values: Iterable[float]) -> int:
    """Return how many decimals show three digits of a typical value of a column."""
    sizes = np.abs(np.asarray(list(values), dtype=np.float64))
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    if not sizes.size or not (sizes % 1).any():
        return 0
    return int(np.clip(2 - math.floor(math.log10(float(np.median(sizes)))), 0, 3))
