"""`write_heat_map`: what a sweep found, as a page that opens without a network.

Two parameters lie along the edges, a figure is the colour, and every combination of the other
parameters has a map of its own, all in one scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.sweep import Cell, Parameter, Sweep, Value
from territory_planner.errors import Fault, InputError
from territory_planner.evaluation.proof import at_most_percent
from territory_planner.reporting.numbers import MISSING, percent, quantity
from territory_planner.reporting.pages import page_of, write_whole
from territory_planner.reporting.palette import ink_on, on_ramp
from territory_planner.reporting.tables import Column, Table
from territory_planner.scenarios.swept import Figure, Row, Swept, cells_in_words

LEGEND_STEPS = 5
NO_PLAN = "no plan"
UNITS = ("km", "s")
"""The units that a table's heads say, so that its cells need not."""

GROUPS = {"worst": "worst deviation", "moved": "share that changes hands"}
"""The heads over figures that there is one of for each measure."""

HEADS = {
    "gap": "gap",
    "inside": "inside every band",
    "distance": "mean distance",
    "seconds": "time",
}
"""Shorter heads than the figures' titles, for a table that is to fit a screen."""


@dataclass(frozen=True)
class View:
    """What the heat map shows first.

    Parameters
    ----------
    x, y
        The parameters along its edges, by index; without y it is a single line.
    show
        The name of the figure that is its colour.
    """

    x: int
    y: int | None
    show: str


@dataclass(frozen=True)
class Tile:
    """One cell as it is drawn.

    Parameters
    ----------
    text, told
        What stands in it, and what it says when pointed at.
    fill, ink
        Its colour and that of its text; "" where it is hatched.
    why
        The number of the reason why there is no plan, 0 where there is one.
    is_best
        Whether no other cell has a better figure.
    """

    text: str
    told: str
    fill: str = ""
    ink: str = ""
    why: int = 0
    is_best: bool = False


@dataclass(frozen=True)
class Panel:
    """One map: the cells that agree in all parameters but two."""

    title: str
    rows: tuple[tuple[str, tuple[Tile, ...]], ...]


@dataclass(frozen=True)
class Sheet:
    """All maps of one figure, in one scale.

    Parameters
    ----------
    legend
        Colour and value of a few steps from the least to the most; empty when no cell has a plan.
    """

    figure: Figure
    legend: tuple[tuple[str, str], ...]
    panels: tuple[Panel, ...]


def view_of(
    sweep: Sweep, figures: Sequence[Figure], x: str = "", y: str = "", show: str = "objective"
) -> View:
    """Return what the heat map is to show; "" leaves an edge to the parameter of most values.

    Raises
    ------
    InputError
        When there is no such parameter or figure.
    """
    names, faults = list(sweep.names), []
    for option, name in (("--x", x), ("--y", y)):
        if name and name not in names:
            faults.append(f"{option} {name} is not varied. {did_you_mean(name, names)}")
    if x and x == y:
        faults.append(f"--x and --y are both {x}. Give two parameters.")
    known = [figure.name for figure in figures]
    if show not in known:
        faults.append(f"--show {show} is no figure. {did_you_mean(show, known)}")
    if faults:
        raise InputError([Fault("command line", fault) for fault in faults])
    by_size = sorted(range(len(names)), key=lambda i: -len(sweep.parameters[i].values))
    free = [i for i in by_size if names[i] not in (x, y)]
    across = names.index(x) if x else free.pop(0)
    down = names.index(y) if y else next(iter(free), None)
    return View(across, down, show)


def value_in_words(parameter: Parameter, value: Value) -> str:
    """Return a value of a parameter as a reader sees it."""
    if not isinstance(value, float):
        return str(value)
    digits = next((d for d in range(4) if round(value * 100, d) == round(value * 100, 6)), 4)
    text = percent(value, digits)
    if parameter.kind == "band":
        return f"±{text}"
    return f"+{text}" if parameter.kind == "growth" and value > 0 else text


def figure_in_words(figure: Figure, value: float | None) -> str:
    """Return a figure as a reader sees it; a dash where it is not known."""
    if value is None:
        return MISSING
    if figure.name == "gap":
        return at_most_percent(value)
    if figure.unit == "share":
        return percent(value)
    if figure.unit == "count":
        return quantity(value)
    return f"{quantity(value, 2)} km" if figure.unit == "km" else f"{quantity(value, 1)} s"


def cell_in_words(sweep: Sweep, cell: Cell) -> str:
    """Return a cell as a reader sees it: "headcount 55, band ±10%"."""
    pairs = zip(sweep.parameters, cell, strict=True)
    return ", ".join(f"{p.name} {value_in_words(p, v)}" for p, v in pairs)


def write_heat_map(
    swept: Swept, path: Path | str, title: str = "Sweep", view: View | None = None
) -> Path:
    """Write the heat map of a sweep, whole or not at all, and return its path.

    Parameters
    ----------
    title
        The page's heading; any text.
    view
        What is where; the objective over the parameters of most values when not given.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    view = view or view_of(swept.sweep, swept.figures)
    return write_whole(path, heat_map_page(swept, view, title))


def heat_map_page(swept: Swept, view: View, title: str) -> str:
    """Return the heat map of a sweep as a page."""
    parameters = swept.sweep.parameters
    return page_of(
        "heat_map.html",
        styles=("report.css", "heat_map.css"),
        scripts=("tables.js", "heat_map.js"),
        title=f"{title} – sweep",
        size=_size(swept),
        swept=swept,
        show=view.show,
        x=parameters[view.x],
        y=None if view.y is None else parameters[view.y],
        across=[value_in_words(parameters[view.x], v) for v in parameters[view.x].values],
        sheets=[_sheet(swept, view, figure) for figure in swept.figures],
        failed=[(cell_in_words(swept.sweep, row.cell), row.why) for row in swept.failed],
        table=_table(swept),
    )


def _size(swept: Swept) -> str:
    cells, names = cells_in_words(len(swept.rows)), " × ".join(swept.sweep.names)
    return f"{cells} over {names}, {len(swept.failed):,} without a plan"


def _sheet(swept: Swept, view: View, figure: Figure) -> Sheet:
    found = [row.figures[figure.name] for row in swept.rows if figure.name in row.figures]
    least, most = min(found, default=0.0), max(found, default=0.0)
    best = {"lower": least, "higher": most, "": None}[figure.better] if least < most else None
    numbers = {row.cell: n for n, row in enumerate(swept.failed, 1)}
    rows = {row.cell: row for row in swept.rows}

    def tile(cell: Cell) -> Tile:
        row = rows[cell]
        told = _told(swept, row)
        if not row.figures:
            return Tile(NO_PLAN, told, why=numbers[cell])
        value = row.figures.get(figure.name)
        if value is None:
            return Tile("not known", told)
        part = (value - least) / (most - least) if most > least else 0.5
        text, fill = figure_in_words(figure, value), on_ramp(part)
        return Tile(text, told, fill, ink_on(fill), is_best=value == best)

    parameters = swept.sweep.parameters
    others = [i for i in range(len(parameters)) if i not in (view.x, view.y)]
    panels = []
    for fixed in product(*(parameters[i].values for i in others)):
        at: dict[int, Value] = dict(zip(others, fixed, strict=True))
        lines = []
        for down in parameters[view.y].values if view.y is not None else ("",):
            tiles = []
            for across in parameters[view.x].values:
                place = {**at, view.x: across} | ({} if view.y is None else {view.y: down})
                tiles.append(tile(tuple(place[i] for i in range(len(parameters)))))
            label = "" if view.y is None else value_in_words(parameters[view.y], down)
            lines.append((label, tuple(tiles)))
        named = [f"{parameters[i].name} {value_in_words(parameters[i], at[i])}" for i in others]
        panels.append(Panel(", ".join(named), tuple(lines)))
    steps = [i / (LEGEND_STEPS - 1) for i in range(LEGEND_STEPS)] if most > least else [0.5]
    legend = [
        (on_ramp(part), figure_in_words(figure, least + part * (most - least))) for part in steps
    ]
    return Sheet(figure, tuple(legend) if found else (), tuple(panels))


def _told(swept: Swept, row: Row) -> str:
    """Return all that is known of a cell, a line each."""
    lines = [cell_in_words(swept.sweep, row.cell)]
    if not row.figures:
        return f"{lines[0]}: {NO_PLAN}\n{row.why}"
    lines += [f"{f.title}: {figure_in_words(f, row.figures.get(f.name))}" for f in swept.figures]
    return "\n".join(lines)


def _column(figure: Figure) -> Column:
    kind, _, measure = figure.name.partition(".")
    if measure:
        return Column(measure, group=GROUPS[kind])
    unit = f", {figure.unit}" if figure.unit in UNITS else ""
    return Column(HEADS.get(figure.name, figure.title) + unit)


def _table(swept: Swept) -> Table:
    parameters = swept.sweep.parameters
    columns = (
        *(Column(p.name, numeric=p.kind != "scenario") for p in parameters),
        *(_column(figure) for figure in swept.figures),
        Column("run", numeric=False),
    )
    rows = []
    for row in swept.rows:
        said = [value_in_words(p, v) for p, v in zip(parameters, row.cell, strict=True)]
        figures = [
            figure_in_words(f, row.figures.get(f.name)).removesuffix(f" {f.unit}")
            for f in swept.figures
        ]
        rows.append([*said, *figures, row.run])
    return Table("cells", "Every cell, in the order of the grid", columns, rows)
