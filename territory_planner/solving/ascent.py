"""Ascent of a smooth concave function between limits: damped Newton steps, projected.

The damping follows Levenberg and Marquardt: it grows with a step that disappoints and shrinks with
one that keeps its promise. Where the curvature is too large to be stored, L-BFGS climbs without.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from territory_planner.domain.arrays import BoolArray, FloatArray

DENSE = 4000
"""Variables up to which the curvature is a dense matrix: 128 MB."""

STEPS = 30
GRADIENT_STEPS = 60
FIRST_DAMPING = 1e-3
MOST_DAMPING = 1e8
LEAST_DAMPING = 1e-12
FLAT = 1e-6
"""Least curvature of a variable that is damped, as a share of the largest."""


class Concave(Protocol):
    """A smooth concave function."""

    def __call__(self, point: FloatArray, bent: bool) -> tuple[float, FloatArray, FloatArray]:
        """Return the value, the gradient, and minus the second derivatives when asked for.

        Of the second derivatives nothing above the diagonal is read.
        """


def ascended(
    function: Concave,
    point: FloatArray,
    low: FloatArray,
    high: FloatArray,
    tolerance: float,
    flat: float,
    reach: float,
    is_over: Callable[[], bool],
) -> FloatArray:
    """Return a point between the limits near the function's largest value.

    Parameters
    ----------
    tolerance
        What another step must promise to be worth it,
    flat
        unless the gradient of a variable that is not at a limit is larger than this.
    reach
        How far the first step may go in any variable; later ones as far as experience tells.
    """
    if len(point) > DENSE:
        return _without_curvature(function, point, low, high, is_over)
    value, gradient, bend = function(point, True)
    damping = FIRST_DAMPING
    for _ in range(STEPS):
        if is_over():
            break
        free = ~((point <= low) & (gradient < 0) | (point >= high) & (gradient > 0))
        least = max(damping / 16, LEAST_DAMPING)
        step, damping = _within(bend, gradient, free, least, reach)
        trial = np.clip(point + step, low, high)
        step = trial - point
        length = float(np.abs(step).max())
        promised = float(gradient @ step)
        if promised <= tolerance and np.abs(gradient[free]).max(initial=0.0) <= flat:
            break
        promised -= 0.5 * _bent(bend, step)
        # The curvature costs most of an evaluation: it waits until the step is taken.
        new_value = function(trial, False)[0]
        kept = (new_value - value) / max(promised, 1e-300)
        if not kept > 0.1:
            reach = 0.25 * length
            continue
        if kept > 0.7 and damping > least:
            reach *= 2.5
        point, value = trial, new_value
        _, gradient, bend = function(trial, True)
    return point


def _within(
    bend: FloatArray, gradient: FloatArray, free: BoolArray, damping: float, reach: float
) -> tuple[FloatArray, float]:
    """Return the step of the least damping, from a given one upwards, that stays in reach."""
    while True:
        step = _step(bend, gradient, free, damping)
        if np.abs(step).max(initial=0.0) <= reach or damping > MOST_DAMPING:
            return np.clip(step, -reach, reach), damping
        damping *= 4


def _step(bend: FloatArray, gradient: FloatArray, free: BoolArray, damping: float) -> FloatArray:
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    step = np.zeros_like(gradient)
    at = np.flatnonzero(free)
    if not at.size:
        return step
    diagonal = np.diag(bend)[at]
    largest = float(diagonal.max())
    if not largest > 0:
        # Nothing bends: a step as large as the gradient, for want of a scale.
        step[at] = gradient[at] / damping
        return step
    added = damping * np.maximum(diagonal, FLAT * largest)
    for _ in range(8):
        matrix = bend[np.ix_(at, at)] if len(at) < len(bend) else bend.copy()
        matrix[np.diag_indices(len(at))] = diagonal + added
        try:
            # Read by columns, as LAPACK does, what is below the diagonal is above it.
            factor = cho_factor(matrix.T, overwrite_a=True, check_finite=False)
            step[at] = cho_solve(factor, gradient[at], check_finite=False)
        except LinAlgError:
            added = added * 10 + FLAT * largest
        else:
            break
    return step


def _bent(bend: FloatArray, step: FloatArray) -> float:
    """Return the quadratic form of a step, of a matrix whose lower triangle is given."""
    from scipy.linalg.blas import dsymv

    return float(step @ dsymv(1.0, bend.T, step))


def _without_curvature(
    function: Concave,
    point: FloatArray,
    low: FloatArray,
    high: FloatArray,
    is_over: Callable[[], bool],
) -> FloatArray:
    from scipy.optimize import Bounds, minimize

    def negative(at: FloatArray) -> tuple[float, FloatArray]:
        value, gradient, _ = function(at, False)
        return -value, -gradient

    def until_over(_: FloatArray) -> None:
        if is_over():
            raise StopIteration

    found = minimize(
        negative, point, jac=True, method="L-BFGS-B", bounds=Bounds(low, high),
        callback=until_over, options={"maxiter": GRADIENT_STEPS, "maxcor": 20},
    )  # fmt: skip
    result: FloatArray = found.x
    return result
