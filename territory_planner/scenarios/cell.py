"""One cell of a sweep: the problem it is, its key, and the search for its plan.

A process receives the inputs once (`ship`) and then cells alone; it returns of a plan what the
inputs do not say, and `plan_of` makes the plan of it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from territory_planner.config.scenarios import BASE
from territory_planner.domain.arrays import fingerprint
from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.domain.scenario import Edit, Scenario
from territory_planner.domain.sweep import Cell, Kind, Parameter, Sweep, Value
from territory_planner.errors import Fault, InputError, TerritoryPlannerError
from territory_planner.scenarios.edit import EditError
from territory_planner.scenarios.edits import apply, faults_of, made
from territory_planner.scenarios.headcount import headcount_edits
from territory_planner.solving.number import with_number

ASKED = ("problem", "criteria", "options")
"""The fields of a plan that the inputs and the cell say already."""

NOT_PLANNED = "Not planned: "
"""How a reason begins that says nothing about the cell: a lost process, an interruption."""


@dataclass(frozen=True, eq=False)
class Base:
    """What a cell is made from: the project, or a scenario of it.

    Parameters
    ----------
    problem, criteria, options
        What a cell does not vary is as here.
    start
        The plan that the search begins at.
    """

    problem: Problem
    criteria: Criteria
    options: SolveOptions
    start: Plan | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Return the SHA-256 over all of it but the effort."""
        start = "" if self.start is None else self.start.fingerprint
        return fingerprint((self.problem.fingerprint, self.criteria, start))


@dataclass(frozen=True, eq=False)
class Inputs:
    """What all cells of a sweep have in common.

    Parameters
    ----------
    bases
        By scenario's name; the project itself is "base".
    sweep
        What the values of a cell stand for.
    """

    bases: Mapping[str, Base]
    sweep: Sweep

    @cached_property
    def fingerprint(self) -> str:
        """Return the SHA-256 over all that the cells' plans depend on."""
        return fingerprint({n: (base.fingerprint, base.options) for n, base in self.bases.items()})

    def scenario_of(self, cell: Cell) -> str:
        """Return the name of what a cell is made from."""
        return next((str(name) for _, name in _values(self, cell, "scenario")), BASE)

    def base_of(self, cell: Cell) -> Base:
        """Return what a cell is made from."""
        return self.bases[self.scenario_of(cell)]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What became of a cell.

    Parameters
    ----------
    cell
        Its values.
    found
        The fields of its plan that the inputs do not say; empty when there is none.
    why
        Why there is no plan; it begins with `NOT_PLANNED` where another try may well find one.
    """

    cell: Cell
    found: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""


def cell_key(inputs: Inputs, cell: Cell) -> str:
    """Return the SHA-256 over all that a cell's plan depends on, whatever else its sweep varies."""
    varied = dict(zip(inputs.sweep.names, cell, strict=True))
    varied.pop("scenario", None)
    base = inputs.base_of(cell)
    return fingerprint((base.fingerprint, base.options, varied))


def cell_name(inputs: Inputs, cell: Cell) -> str:
    """Return a cell in words: "headcount 55, band 0.1"."""
    return ", ".join(f"{n} {v}" for n, v in zip(inputs.sweep.names, cell, strict=True))


def options_of(inputs: Inputs, cell: Cell) -> SolveOptions:
    """Return the effort of a cell."""
    options = inputs.base_of(cell).options
    for _, seed in _values(inputs, cell, "seed"):
        options = replace(options, seed=int(seed))
    return options


def asked(inputs: Inputs, cell: Cell) -> tuple[Problem, Criteria, SolveOptions]:
    """Return what a cell asks for.

    Raises
    ------
    InputError
        When an edit cannot be made.
    """
    base = inputs.base_of(cell)
    problem, criteria = base.problem, base.criteria
    edits, bands, budgets = list[Edit](), dict[str, Band](), dict[str, float]()
    for _, number in _values(inputs, cell, "headcount"):
        edits += _headcount(problem, int(number))
        criteria = replace(criteria, n_territories=None)
    for parameter, share in _values(inputs, cell, "growth"):
        assert parameter.growth is not None
        edits.append(replace(parameter.growth, by=float(share)))
    # What is said of one measure counts more than what is said of all.
    widths = sorted(_values(inputs, cell, "band"), key=lambda pair: pair[0].measure != "")
    for parameter, width in widths:
        for name in [parameter.measure] if parameter.measure else list(criteria.bands):
            known = criteria.bands.get(name, Band())
            bands[name] = Band.within(float(width), known.weight)
    for parameter, share in _values(inputs, cell, "budget"):
        budgets[parameter.measure] = float(share)
    varied = Scenario(cell_name(inputs, cell), tuple(edits), bands=bands, budgets=budgets)
    return *apply(problem, criteria, varied, "sweep"), options_of(inputs, cell)


def check_growth(inputs: Inputs) -> None:
    """Refuse growth of what is neither in a base nor in a cell that is made from it.

    Raises
    ------
    InputError
        With every value and every territory that is there nowhere.
    """
    faults = list[Fault]()
    for parameter in inputs.sweep.parameters:
        if parameter.growth is not None:
            edit = {parameter.name: parameter.growth}
            told = [faults_of(made(base, edit)[1], "sweep") for base in _grown(inputs)]
            fewest = min(told, key=len)
            faults += fewest
    if faults:
        raise InputError(faults)


def _grown(inputs: Inputs) -> Iterator[Problem]:
    """Yield the problem of every base that cells are made from, and what most territories make."""
    parameters = inputs.sweep.parameters
    names = [str(v) for p in parameters if p.kind == "scenario" for v in p.values] or [BASE]
    # A higher headcount has all the territories of a lower one.
    most = max((int(v) for p in parameters if p.kind == "headcount" for v in p.values), default=0)
    for problem in (inputs.bases[name].problem for name in names):
        yield problem
        if most > problem.n_territories:
            opened = {str(edit): edit for edit in _headcount(problem, most)}
            yield made(problem, opened)[0]


def _values(inputs: Inputs, cell: Cell, kind: Kind) -> list[tuple[Parameter, Value]]:
    pairs = zip(inputs.sweep.parameters, cell, strict=True)
    return [(parameter, value) for parameter, value in pairs if parameter.kind == kind]


def _headcount(problem: Problem, number: int) -> tuple[Edit, ...]:
    try:
        return headcount_edits(problem, number)
    except EditError as error:
        raise InputError([Fault("sweep", str(error))]) from error


def plan_of(inputs: Inputs, outcome: Outcome) -> Plan:
    """Return the plan of an outcome that has one."""
    problem, criteria, options = asked(inputs, outcome.cell)
    # Where the number of territories is chosen, the plan's problem has as many as it uses.
    problem = with_number(problem, len(outcome.found["prices"]))
    return Plan(problem=problem, criteria=criteria, options=options, **outcome.found)


_shipped: dict[str, Inputs] = {}
"""The inputs that this process has, by their name."""


def ship(name: str, inputs: Inputs) -> None:
    """Let this process know the inputs of the cells that it will be given."""
    _shipped[name] = inputs


def forget(name: str) -> None:
    """Let this process forget them."""
    _shipped.pop(name, None)


def solve_cell(name: str, cell: Cell) -> Outcome:
    """Return what becomes of a cell, in a process that knows the inputs of that name."""
    from territory_planner.solving import solve

    inputs = _shipped[name]
    try:
        problem, criteria, options = asked(inputs, cell)
        plan = solve(problem, criteria, options, start=inputs.base_of(cell).start)
    except TerritoryPlannerError as error:
        return Outcome(cell, why=str(error))
    if plan.stopped == "stopped":
        return Outcome(cell, why=f"{NOT_PLANNED}its search was stopped before its end.")
    return Outcome(
        cell, {f.name: getattr(plan, f.name) for f in fields(Plan) if f.name not in ASKED}
    )
