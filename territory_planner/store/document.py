"""A plan as plain JSON values and named arrays, and back: the content of a plan file.

Everything that `Plan.fingerprint` covers is kept, so a plan that comes back equals the one that
left. Text is kept as UTF-8, since NumPy's own four bytes a character make large files slow; byte
strings of different lengths are kept as one array with the position where each ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import as_text, as_utf8
from territory_planner.domain.column import Column
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import Plan, SolveOptions, Stage, Step
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.territory import Measure, Territory
from territory_planner.domain.units import Accounts, Units

Arrays = dict[str, NDArray[Any]]
Document = dict[str, Any]


def pack(plan: Plan) -> tuple[Document, Arrays]:
    """Return a plan as JSON values and arrays."""
    problem = plan.problem
    arrays: Arrays = {"alignment/territory_of": plan.alignment.territory_of}
    for room, noun in (
        ("units", problem.units),
        ("accounts", problem.accounts),
        ("problem", problem),
        ("plan", plan),
    ):
        for field in fields(noun):
            value = getattr(noun, field.name)
            if isinstance(value, np.ndarray):
                arrays[f"{room}/{field.name}"] = as_utf8(value)
    for number, column in enumerate(problem.accounts.columns.values()):
        arrays[f"columns/{number}/values"] = as_utf8(column.values)
        arrays[f"columns/{number}/code"] = column.code
    arrays |= _joined("units/shapes", problem.units.shapes)
    arrays |= _joined("problem/backdrop", tuple(problem.backdrop.values()))
    document = {
        "criteria": asdict(plan.criteria) | {"bands": _bands(plan.criteria)},
        "options": asdict(plan.options),
        "objective": plan.objective,
        "bound": plan.bound,
        "stopped": plan.stopped,
        "seconds": plan.seconds,
        "stages": [asdict(stage) for stage in plan.stages],
        "trace": [asdict(step) for step in plan.trace],
        "versions": dict(plan.versions),
        "problem": {
            "measures": [asdict(measure) for measure in problem.measures],
            "territories": [
                asdict(territory) | {"skills": sorted(territory.skills)}
                for territory in problem.territories
            ],
            "required_skills": [sorted(skills) for skills in problem.required_skills],
            "distance_step_m": problem.distance_step_m,
            "crs": problem.crs,
            "notes": list(problem.notes),
            "backdrop": list(problem.backdrop),
            "columns": list(problem.accounts.columns),
        },
    }
    return document, arrays


def unpack(document: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Plan:
    """Return the plan that `pack` took apart.

    Raises
    ------
    KeyError, TypeError, ValueError
        When parts are missing or do not fit together.
    """
    rooms: dict[str, dict[str, Any]] = {"units": {}, "accounts": {}, "problem": {}, "plan": {}}
    for name, array in arrays.items():
        room, _, field = name.partition("/")
        if room in rooms and "/" not in field:
            rooms[room][field] = as_text(array)
    units = Units(**rooms["units"], shapes=_parted("units/shapes", arrays))
    accounts = Accounts(**rooms["accounts"], columns=_columns(document["problem"], arrays))
    problem = _problem(document["problem"], units, accounts, arrays, rooms)
    alignment = Alignment(arrays["alignment/territory_of"])
    _check_indices(problem, alignment)
    return Plan(
        problem=problem,
        criteria=_criteria(document["criteria"]),
        options=SolveOptions(**document["options"]),
        alignment=alignment,
        objective=document["objective"],
        bound=document["bound"],
        stopped=document["stopped"],
        seconds=document["seconds"],
        stages=tuple(Stage(**stage) for stage in document.get("stages", ())),
        trace=tuple(Step(**step) for step in document["trace"]),
        versions=dict(document["versions"]),
        **rooms["plan"],
    )


def _problem(
    document: Mapping[str, Any],
    units: Units,
    accounts: Accounts,
    arrays: Mapping[str, NDArray[Any]],
    rooms: Mapping[str, Mapping[str, Any]],
) -> Problem:
    outlines = _parted("problem/backdrop", arrays)
    return Problem(
        measures=tuple(Measure(**measure) for measure in document["measures"]),
        territories=tuple(_territory(**territory) for territory in document["territories"]),
        units=units,
        accounts=accounts,
        required_skills=tuple(frozenset(skills) for skills in document["required_skills"]),
        distance_step_m=document.get("distance_step_m", 0.0),
        crs=document["crs"],
        notes=tuple(document["notes"]),
        backdrop=dict(zip(document["backdrop"], outlines, strict=True)),
        **rooms["problem"],
    )


def _columns(document: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> dict[str, Column]:
    # Plans of before columns were kept have none.
    return {
        name: Column(as_text(arrays[f"columns/{n}/values"]), arrays[f"columns/{n}/code"])
        for n, name in enumerate(document.get("columns", ()))
    }


def _territory(home: Sequence[float] | None, skills: Sequence[str], **other: Any) -> Territory:
    place = None if home is None else (home[0], home[1])
    return Territory(home=place, skills=frozenset(skills), **other)


def _bands(criteria: Criteria) -> dict[str, dict[str, float]]:
    return {name: asdict(band) for name, band in criteria.bands.items()}


def _criteria(document: Mapping[str, Any]) -> Criteria:
    bands = {name: Band(**band) for name, band in document["bands"].items()}
    disruption = tuple(Disruption(**entry) for entry in document["disruption"])
    return Criteria(**{**document, "bands": bands, "disruption": disruption})


def _check_indices(problem: Problem, alignment: Alignment) -> None:
    """Refuse indices that point at nothing: they would fail far from here, in other words."""
    n, k = problem.n_units, problem.n_territories
    if len(alignment.territory_of) != n:
        raise ValueError(f"the alignment speaks of {len(alignment.territory_of)} units, not {n}")
    for name, index, least, size in (
        ("territory", alignment.territory_of, 0, k),
        ("unit of an account", problem.accounts.unit, 0, n),
        ("current territory", problem.accounts.current, NONE, k),
        ("lock", problem.locked, NONE, k),
        ("neighbour", problem.contiguity, 0, n),
        ("skill class", problem.skill_class, 0, len(problem.required_skills)),
    ):
        if index.size and not least <= index.min() <= index.max() < size:
            raise ValueError(f"a {name} is not among the {size} there are")


def _joined(name: str, parts: Sequence[bytes]) -> Arrays:
    ends = np.cumsum([len(part) for part in parts], dtype=np.int64)
    return {f"{name}/bytes": np.frombuffer(b"".join(parts), np.uint8), f"{name}/ends": ends}


def _parted(name: str, arrays: Mapping[str, NDArray[Any]]) -> tuple[bytes, ...]:
    whole, ends = arrays[f"{name}/bytes"].tobytes(), arrays[f"{name}/ends"].tolist()
    return tuple(
        whole[start:end] for start, end in zip([0, *ends], [*ends, len(whole)], strict=True)
    )[: len(ends)]
