"""The frontier as a picture: a mark for each plan, nothing drawn between them.

Two criteria are the axes; where three are weighed, colour tells the balance, and the shape whether
a plan is inside the project's own bands. A level without a plan is a hollow cross above the plot,
at what was asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from territory_planner.domain.criteria import Criteria
from territory_planner.reporting.numbers import percent, quantity
from territory_planner.reporting.pages import environment
from territory_planner.reporting.palette import FEWER, MORE, ink_on
from territory_planner.scenarios.frontier import (
    ROOM,
    Axis,
    Frontier,
    Level,
    Point,
    level_in_words,
)

WIDTH, HEIGHT = 1000.0, 560.0
LEFT, RIGHT, TOP, BOTTOM = 78.0, 30.0, 56.0, 56.0
STRIP = 24.0
"""Where the crosses stand, from the top."""
MARGIN = 0.08
TICKS = 6
CLASSES = (0.5, 1.0, 1.5)
"""Shares of the band at which the colour changes."""
COLOURS = (FEWER[2], FEWER[1], MORE[1], MORE[2])
LETTER, LINE, AWAY = 7.6, 18.0, 20.0
"""About how wide a letter of a label is, how high a line, and how far from its mark it stands."""


@dataclass(frozen=True)
class Mark:
    """One plan in the picture's units, or one level without a plan."""

    x: float
    y: float
    number: str
    colour: str
    is_inside: bool
    is_knee: bool
    label: str
    label_at: tuple[float, float, str]
    told: str
    link: str

    @property
    def ink(self) -> str:
        """The colour of its number."""
        return ink_on(self.colour)


@dataclass(frozen=True)
class Scale:
    """One criterion along one side of the picture.

    Parameters
    ----------
    axis
        What is measured.
    low, high
        The values at its ends.
    """

    axis: Axis
    low: float
    high: float

    def share(self, value: float) -> float:
        """Return where a value lies between the ends, 0–1."""
        return (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)

    def ticks(self) -> list[float]:
        """Return round values between the ends."""
        rough = (self.high - self.low) / TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough)
        first = math.ceil(self.low / step)
        return [n * step for n in range(first, math.floor(self.high / step) + 1)]


def single_side(criteria: Criteria) -> float | None:
    """Return the half width that all bands have in common, None when they differ."""
    sides = {side for band in criteria.bands.values() for side in (-band.lower, band.upper)}
    return sides.pop() if len(sides) == 1 else None


def axis_title(frontier: Frontier, axis: Axis) -> str:
    """Return what an axis measures."""
    if axis == "balance":
        same = single_side(frontier.criteria) is not None
        return "worst deviation from target" if same else "largest share of a band that is used"
    if axis == "disruption":
        return f"{frontier.tradeoff.measure} that changes hands"
    kinds = frontier.criteria.compactness
    is_distance = set(kinds) == {"distance"} and frontier.criteria.territory_cost == 0
    return "mean distance to the rep, km" if is_distance else "objective, km"


def axis_text(frontier: Frontier, axis: Axis, value: float, decimals: int = 1) -> str:
    """Return a value of an axis as a reader sees it."""
    if not np.isfinite(value):
        return "∞"
    if axis == "balance":
        return percent(value * (single_side(frontier.criteria) or 1.0), decimals)
    if axis == "disruption":
        return percent(value, decimals)
    return quantity(value, decimals)


def frontier_chart(frontier: Frontier, told: list[str], labels: list[str], links: list[str]) -> str:
    """Return the frontier as an SVG element.

    Parameters
    ----------
    told, labels, links
        For each point of `frontier.best` its numbers in words, its names, and the page that opens.
    """
    best, axes = frontier.best, frontier.tradeoff.axes
    top = TOP if frontier.missing else STRIP
    up: Axis = "travel" if "travel" in axes else "disruption"
    along: Axis = "disruption" if "disruption" in axes and up == "travel" else "balance"
    missing = frontier.missing
    asked = [level for p in missing if (level := _asked(p.level, along)) is not None]
    x = _scale(along, [*(p.values[along] for p in best), *asked])
    y = _scale(up, [p.values[up] for p in best])
    wide, tall = WIDTH - LEFT - RIGHT, HEIGHT - top - BOTTOM

    def across(value: float) -> float:
        return LEFT + wide * x.share(value)

    def down(value: float) -> float:
        return top + tall * (1 - y.share(value))

    knee = frontier.knee
    places = [(across(p.values[along]), down(p.values[up])) for p in best]
    # A name may find room only beside another mark: its number says whose it is.
    names = [f"{n}: {label}" if label else "" for n, label in enumerate(labels, 1)]
    marks = [
        Mark(
            x=places[n][0],
            y=places[n][1],
            number=str(n + 1),
            colour=colour_of(p.values["balance"]),
            is_inside=p.values["balance"] <= 1 + ROOM,
            is_knee=p is knee,
            label=names[n],
            label_at=_room_for(names[n], places[n], places),
            told=told[n],
            link=links[n] if links else "",
        )
        for n, p in enumerate(best)
    ]
    crosses = [_cross(frontier, p, along, across, x) for p in missing]
    return (
        environment()
        .get_template("frontier.svg")
        .render(
            title="Plans to choose from",
            told=f"{len(best)} plans; the same numbers stand in the table below.",
            marks=marks,
            crosses=crosses,
            across=[
                (across(v), axis_text(frontier, along, v, _decimals(frontier, x)))
                for v in x.ticks()
            ],
            up=[(down(v), axis_text(frontier, up, v, _decimals(frontier, y))) for v in y.ticks()],
            x_title=axis_title(frontier, along),
            y_title=axis_title(frontier, up),
            width=WIDTH,
            height=HEIGHT,
            left=LEFT,
            right=WIDTH - RIGHT,
            top=top,
            base=HEIGHT - BOTTOM,
            strip=STRIP,
        )
    )


def _room_for(
    label: str, place: tuple[float, float], places: list[tuple[float, float]]
) -> tuple[float, float, str]:
    """Return where a label begins or ends: where it covers the fewest marks."""
    wide = LETTER * len(label)

    def covered(side: int, rise: float) -> tuple[float, int]:
        x, y = place[0] + side * AWAY, place[1] + rise
        left, right = (x, x + wide) if side > 0 else (x - wide, x)
        beyond = max(LEFT - left, right - WIDTH, TOP - y, 0.0)
        hit = sum(left - 12 < a < right + 12 and y - LINE - 8 < b < y + 14 for a, b in places)
        return hit + beyond, -side

    side, rise = min(
        ((side, rise) for rise in (-10.0, 20.0, 5.0, -28.0, 38.0) for side in (1, -1)),
        key=lambda at: covered(*at),
    )
    return place[0] + side * AWAY, place[1] + rise, "start" if side > 0 else "end"


def _cross(
    frontier: Frontier, point: Point, along: Axis, across: Callable[[float], float], x: Scale
) -> Mark:
    asked = _asked(point.level, along)
    if asked is None:
        asked = x.low if point.level.is_fewest else x.high
    words = level_in_words(point.level, str(frontier.tradeoff.measure))
    return Mark(
        x=across(asked),
        y=STRIP,
        number="",
        colour=colour_of(point.level.scale),
        is_inside=point.level.scale <= 1 + ROOM,
        is_knee=False,
        label="",
        label_at=(0.0, 0.0, "start"),
        told=f"No plan: {words}\n{point.why}",
        link="#missing",
    )


def _asked(level: Level, along: Axis) -> float | None:
    return level.scale if along == "balance" else level.budget


def _scale(axis: Axis, values: list[float]) -> Scale:
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = MARGIN * ((high - low) or abs(high) or 1.0)
    return Scale(axis, max(low - room, 0.0), high + room)


def _decimals(frontier: Frontier, scale: Scale) -> int:
    """Return how many decimals tell one tick from the next."""
    ticks = scale.ticks()
    shown = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    if scale.axis != "travel":
        shown *= 100
    if scale.axis == "balance":
        shown *= single_side(frontier.criteria) or 1.0
    return 0 if shown >= 1 - ROOM else 1 if shown >= 0.1 - ROOM else 2


def colour_of(use: float) -> str:
    """Return the colour of a share of the band that is used."""
    return COLOURS[int(np.searchsorted(CLASSES, use - ROOM))]
