"""Which of several outcomes are worth a choice, and where the bargain lies.

All values are better when smaller. An outcome is dominated when another is at least as good in
everything and better in something. The knee is the outcome farthest below the plane through equal
shares of every range: with two criteria the chord between the ends, after Das (1999), doi
10.1007/BF01195985. As all outcomes are measured along the plane's normal, it is the one with the
least sum of normalised values.
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray

SAME = 1e-9
"""Relative difference below which two values are one: sums of floats in another order."""


def undominated(values: FloatArray) -> BoolArray:
    """Return ``(n,)`` whether each outcome is dominated by none, nor the same as an earlier one.

    Parameters
    ----------
    values
        ``(n, n_criteria)``.
    """
    n = len(values)
    room = SAME * np.maximum(1.0, np.abs(values))
    kept = np.ones(n, dtype=np.bool_)
    for i in range(n):
        as_good = (values <= values[i] + room[i]).all(axis=1)
        better = (values < values[i] - room[i]).any(axis=1)
        kept[i] = not (as_good & (better | (np.arange(n) < i))).any()
    return kept


def normalised(values: FloatArray) -> FloatArray:
    """Return the values with each criterion's range stretched to 0–1; 0 where it has no range."""
    least, span = values.min(axis=0), np.ptp(values, axis=0)
    scaled: FloatArray = np.divide(values - least, span, out=np.zeros_like(values), where=span > 0)
    return scaled


def knee(values: FloatArray) -> int | None:
    """Return the outcome at the knee, None where all lie on the plane through the ends or above.

    Parameters
    ----------
    values
        ``(n, n_criteria)`` of outcomes none of which is dominated.
    """
    if len(values) < 3:
        return None
    below = -normalised(values).sum(axis=1)
    ends = np.unique(np.argmin(values, axis=0))
    best = int(np.argmax(below))
    return best if below[best] > below[ends].max() + SAME else None
