"""Colours that neighbours do not share and that colour-blind readers can tell apart.

Territories take the palette of Okabe & Ito (2008, jfly.uni-koeln.de/color) in a colouring of the
graph of neighbouring territories; deviations take a blue–orange scale in classes of the band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.criteria import Band
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.rounding import half_up

OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
DARKER = ("#8A5F00", "#2B6F96", "#005C43", "#8F8720", "#00446B", "#803800", "#7D4466")
NOBODY = "#9AA1A9"
"""The colour of what no territory holds."""

FEWER = ("#C6DBEF", "#6BAED6", "#08519C")
MORE = ("#FDD0A2", "#FD8D3C", "#A63603")
NEAR_TARGET = "#F4F4F2"

RAMP = (NEAR_TARGET, *FEWER)
"""From the least to the most, where a colour stands for a number."""

INK, LIGHT_INK = "#1a1f26", "#fff"
DARK = 0.2
"""The luminance of a colour below which white text on it is told apart better than dark text."""


def territory_colours(problem: Problem, alignments: Sequence[Alignment]) -> tuple[str, ...]:
    """Return one colour per territory, different for neighbours in any of the alignments.

    Where the palette is too small for all alignments at once, neighbours in the first one differ.

    Parameters
    ----------
    problem
        Whose contiguity says which units are neighbours; the nearest points where there is none.
    alignments
        The most important one first.
    """
    edges = unit_neighbours(problem)
    pairs = [neighbouring_territories(edges, a) for a in alignments]
    return colours_apart(problem.n_territories, pairs)


def colours_apart(n: int, pairs: Sequence[IntArray]) -> tuple[str, ...]:
    """Return one colour for each of n territories, different for those of a pair.

    Where the palette is too small for all sets of pairs at once, those of the first one differ.
    """
    palette = OKABE_ITO + DARKER
    colouring = _colouring(n, np.concatenate(pairs))
    if max(colouring, default=0) >= len(palette):
        colouring = _colouring(n, pairs[0])
    return tuple(palette[c % len(palette)] for c in colouring)


def unit_neighbours(problem: Problem) -> IntArray:
    """Return ``(n, 2)`` pairs of neighbouring units: those with a common border, or Delaunay's."""
    if len(problem.contiguity):
        return problem.contiguity
    xy, first = np.unique(np.round(problem.units.xy), axis=0, return_index=True)
    if len(xy) < 4:
        a, b = np.triu_indices(len(xy), 1)
        few: IntArray = first[np.column_stack([a, b])].astype(np.int32)
        return few
    from scipy.spatial import Delaunay

    # QJ moves the points a little, so that points in one line have neighbours, too.
    corners = Delaunay(xy, qhull_options="QJ").simplices
    edges = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    nearest: IntArray = first[edges].astype(np.int32)
    return nearest


def neighbouring_territories(edges: IntArray, alignment: Alignment) -> IntArray:
    """Return ``(n, 2)`` pairs ``k < l`` of territories that hold neighbouring units."""
    ends = np.sort(alignment.territory_of[edges], axis=1)
    pairs: IntArray = np.unique(ends[(ends[:, 0] != ends[:, 1]) & (ends[:, 0] != NONE)], axis=0)
    return pairs


def _colouring(n: int, pairs: IntArray) -> list[int]:
    """Return colour numbers, as few as a greedy colouring needs but evenly used."""
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from((int(k), int(m)) for k, m in pairs)
    colour = nx.greedy_color(graph, strategy="DSATUR")
    n_colours = max(len(OKABE_ITO), max(colour.values(), default=0) + 1)
    used = np.bincount([colour[k] for k in range(n)], minlength=n_colours)
    # Evenly used colours leave territories of one colour far apart.
    for k in range(n):
        taken = {colour[m] for m in graph[k]}
        free = [c for c in range(n_colours) if c not in taken]
        best = min(free, key=lambda c: (used[c], c))
        if used[best] + 1 < used[colour[k]]:
            used[colour[k]] -= 1
            used[best] += 1
            colour[k] = best
    return [colour[k] for k in range(n)]


@dataclass(frozen=True)
class DeviationClass:
    """A range of relative deviations with one colour."""

    label: str
    colour: str


@dataclass(frozen=True)
class DeviationScale:
    """The classes of one measure's deviation, from far below its target to far above.

    Parameters
    ----------
    edges
        The deviations at which one class ends and the next begins, rising.
    classes
        One more than edges.
    """

    edges: tuple[float, ...]
    classes: tuple[DeviationClass, ...]

    def class_of(self, deviation: FloatArray, inside: BoolArray, band: Band) -> IntArray:
        """Return the class of each deviation; one inside its band is never shown as outside.

        Parameters
        ----------
        deviation, inside
            ``(n_territories,)`` relative deviation, and whether it counts as inside the band.
        band
            The band the scale was made for.
        """
        value = np.where(inside, np.clip(deviation, band.lower, band.upper), deviation)
        edges = np.array(self.edges)
        # A limit belongs to its band: the lower one from above, the upper one from below.
        from_above = (edges < 0) | ((edges == 0) & (band.lower == 0))
        beyond = np.where(from_above, value[:, None] >= edges, value[:, None] > edges)
        classes: IntArray = beyond.sum(axis=1).astype(np.int32)
        return classes


def deviation_scale(band: Band) -> DeviationScale:
    """Return the classes for a measure: three on each side of the target, the band between."""
    below = [e for e in (2 * band.lower, band.lower, band.lower / 2) if -1 < e < 0]
    above = [e for e in (band.upper / 2, band.upper, 2 * band.upper) if 0 < e < np.inf]
    edges = sorted({*below, *above} | ({0.0} if band.lower == 0 or band.upper == 0 else set()))
    ends = [_percent(e) for e in edges]
    if not edges:
        return DeviationScale((), (DeviationClass("any", NEAR_TARGET),))
    lowest, highest = 2 * edges[0] if edges[0] < 0 else -1.0, 2 * edges[-1] or 1.0
    middles = [lowest, *((a + b) / 2 for a, b in pairwise(edges)), highest]
    labels = [f"below {ends[0]}", *(f"{a} to {b}" for a, b in pairwise(ends)), f"above {ends[-1]}"]
    return DeviationScale(
        tuple(edges),
        tuple(
            DeviationClass(_worded(label, m, band), _shade(m, band))
            for label, m in zip(labels, middles, strict=True)
        ),
    )


def _percent(share: float) -> str:
    digits = 0 if round(float(share) * 100, 6).is_integer() else 1
    return f"{share:+.{digits}%}".replace("-", "−")


def _worded(label: str, deviation: float, band: Band) -> str:
    return label if band.lower <= deviation <= band.upper else f"{label}, outside the band"


def _shade(deviation: float, band: Band) -> str:
    """Return the colour of a class by its middle: the farther out, the darker."""
    limit, shades = (-band.lower, FEWER) if deviation < 0 else (band.upper, MORE)
    size = abs(deviation)
    if size > limit:
        return shades[2] if size > 2 * limit else shades[1]
    return shades[0] if size > limit / 2 else NEAR_TARGET


def on_ramp(part: float) -> str:
    """Return the colour at a part of the ramp, from the least to the most."""
    place = part * (len(RAMP) - 1)
    low = min(int(place), len(RAMP) - 2)
    one, other = (_channels(RAMP[i]) for i in (low, low + 1))
    mixed = [int(half_up(a + (place - low) * (b - a))) for a, b in zip(one, other, strict=True)]
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def ink_on(colour: str) -> str:
    """Return the colour of text on another one, by its relative luminance (WCAG 2.2)."""
    shares = (channel / 255 for channel in _channels(colour))
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    red, green, blue = linear
    return LIGHT_INK if 0.2126 * red + 0.7152 * green + 0.0722 * blue < DARK else INK


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
