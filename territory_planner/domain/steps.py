"""Steps that numbers go by: counts by one, hours in quarters by a quarter."""

from __future__ import annotations

import numpy as np

from territory_planner.domain.arrays import FloatArray

FINEST = 1000
"""Steps to the least number, at the most."""
FIRST = 100
"""Numbers that are looked at before all."""
OFF = 1e-7
"""Of a step: what all numbers together may be off theirs, and any sum of them therefore."""
ROUNDING = 1e-3
"""Of a step: by how much a bound may lie above a multiple and mean that one."""


def common_step(values: FloatArray) -> float:
    """Return the largest step of which all numbers are multiples, but for rounding; 0 if none is.

    Parameters
    ----------
    values
        Any shape, none negative.
    """
    each, count = np.unique(values[values > 0], return_counts=True)
    if not len(each):
        return 0.0

    def is_step(step: float, some: slice) -> bool:
        steps = each[some] / step
        return float((np.abs(steps - np.round(steps)) * count[some]).sum()) <= OFF

    for parts in range(1, FINEST + 1):
        step = float(each[0]) / parts
        # Most steps are no step of the first few already.
        if is_step(step, slice(FIRST)) and is_step(step, slice(None)):
            return step
    return 0.0


def in_steps(value: float, step: float) -> float:
    """Return the least multiple of a step that is not below a value; of no step, the value.

    Parameters
    ----------
    value
        Not negative but for rounding.
    """
    return max(float(np.ceil(value / step - ROUNDING)), 0.0) * step if step else value
