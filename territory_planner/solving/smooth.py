"""The smoothed dual (8), (9) at one temperature, with its slope and its curvature."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from territory_planner.domain.arrays import FloatArray
from territory_planner.solving import pricing
from territory_planner.solving.blocks import over_blocks
from territory_planner.solving.model import Model


def split_point(point: FloatArray, scale: FloatArray, k: int) -> tuple[FloatArray, FloatArray]:
    """Return the prices and the tolls of a point of the ascent."""
    cut = k * len(scale)
    return point[:cut].reshape(k, len(scale)) / scale, point[cut:].copy()


@dataclass(frozen=True, eq=False)
class SmoothDual:
    """The smoothed dual (8), (9) of a model at one temperature.

    Its point holds each price times its measure's mean target, in km, and then the tolls.
    """

    model: Model
    scale: FloatArray
    temperature: FloatArray
    band_heat: float
    workers: int

    def __call__(self, point: FloatArray, bent: bool) -> tuple[float, FloatArray, FloatArray]:
        """Return value, gradient and lower triangle of minus the second derivatives, if asked."""
        model, scale = self.model, self.scale
        k, b = model.target.shape
        price, toll = split_point(point, scale, k)
        n = len(point)
        value, gradient, bend = self._sums(point, bent)
        total, band_bend = gradient[: k * b].reshape(k, b), np.zeros((k, b))
        value += pricing.band_terms(
            model.lower, model.upper, model.target, model.slope, price,
            np.where(model.target > 0, self.band_heat, 0.0), total, band_bend,
        )  # fmt: skip
        value -= float(toll @ model.budget)
        gradient[k * b :] -= model.budget
        unit = np.concatenate([np.tile(1 / scale, k), np.ones(n - k * b)])
        if bent:
            bend[np.arange(k * b), np.arange(k * b)] += band_bend.ravel()
            bend *= unit
            bend *= unit[:, None]
        return float(value), gradient * unit, bend

    def _sums(self, point: FloatArray, bent: bool) -> tuple[float, FloatArray, FloatArray]:
        """Return the sums over atoms: value, gradient, bend."""
        model, n = self.model, len(point)
        price, toll = split_point(point, self.scale, model.n_territories)

        def run(first: int, last: int) -> tuple[float, FloatArray, FloatArray]:
            gradient, bend = np.zeros(n), np.zeros((n, n) if bent else (0, 0))
            value = pricing.smooth_dual(
                first, last, model.start, model.territory, model.cost, model.moved, model.activity,
                price, toll, self.temperature, gradient, bend,
            )  # fmt: skip
            return value, gradient, bend

        value, gradient, bend = zip(*over_blocks(model.start, self.workers, run), strict=True)
        return sum(value), np.sum(gradient, axis=0), reduce(np.add, bend)
