"""`[sweep]` in `plan.toml`: which parameters take which values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from territory_planner.config.hints import did_you_mean
from territory_planner.config.scenarios import BASE
from territory_planner.config.tables import Settings
from territory_planner.domain.scenario import Scale
from territory_planner.domain.sweep import KINDS, Kind, Parameter, Sweep

Complain = Callable[[str], None]
ReadTable = Callable[[str, Any, type, Complain], Any]

MOST_VALUES, MOST_CELLS = 1_000, 100_000
"""Of one parameter, and of the grid: more are a slip of the pen."""

OF_MEASURES = ("band", "growth", "budget")
TEXTS = ("scenario",)
WHOLES = ("headcount", "seed")


@dataclass(frozen=True)
class Known:
    """What a sweep may name.

    Parameters
    ----------
    measures, banded
        All measures, and those with a band.
    scenarios
        The project's scenarios.
    place
        Where the sweep is written, for what is wrong with it.
    """

    measures: Sequence[str]
    banded: Sequence[str]
    scenarios: Sequence[str]
    place: str = "[sweep]"


def known_of(settings: Settings, place: str = "[sweep]") -> Known:
    """Return what a project's sweep may name."""
    return Known(
        measures=[measure.name for measure in settings.measure],
        banded=[measure.name for measure in settings.measure if measure.limits is not None],
        scenarios=[scenario.name for scenario in settings.scenarios],
        place=place,
    )


def read_sweep(raw: Any, known: Known, table: ReadTable, complain: Complain) -> Sweep | None:
    """Return the sweep of a settings tree, None where there is none.

    Parameters
    ----------
    raw
        What stands under ``sweep``.
    table
        Reads one table as a dataclass.
    """
    if raw is None:
        return None
    if not isinstance(raw, dict):
        complain(f"{known.place} must be a table such as headcount = [50, 55, 60].")
        return None
    parameters = list[Parameter | None]()
    for key, entry in raw.items():
        if key not in KINDS:
            complain(f"{known.place} has no setting '{key}'. {did_you_mean(key, KINDS)}")
            continue
        kind: Kind = next(k for k in get_args(Kind) if k == key)
        if kind == "growth":
            parameters += _growths(entry, known, table, complain)
        elif kind in OF_MEASURES and isinstance(entry, dict):
            parameters += [
                _parameter(kind, values, known, complain, measure)
                for measure, values in entry.items()
            ]
        elif kind == "budget":
            complain(f"{known.place} budget needs a measure: budget = {{ revenue = [0.1, 0.2] }}.")
        else:
            parameters.append(_parameter(kind, entry, known, complain))
    sweep = Sweep(tuple(p for p in parameters if p is not None))
    if not raw:
        complain(f"{known.place} varies nothing. Add a line such as headcount = [50, 55, 60].")
    if len(sweep) > MOST_CELLS:
        complain(f"{known.place} has {len(sweep):,} cells; {MOST_CELLS:,} are allowed. Give fewer.")
    return sweep


def _growths(
    entry: Any, known: Known, table: ReadTable, complain: Complain
) -> list[Parameter | None]:
    """Return the parameters of growth: of measures, or of the accounts that a `scale` is about."""
    if isinstance(entry, dict):
        entry = [{"scale": measure, "by": values} for measure, values in entry.items()]
    shape = '{ revenue = [0.0, 0.12] } or [{ scale = "revenue", territory = "T07", by = [0.12] }]'
    if not isinstance(entry, list) or not all(isinstance(e, dict) and "scale" in e for e in entry):
        complain(f"{known.place} growth must be like {shape}.")
        return []
    found = list[Parameter | None]()
    for each in entry:
        rest = {key: value for key, value in each.items() if key not in ("scale", "by")}
        of = f"{known.place} growth of '{each['scale']}'"
        scale = table(of, {"measure": each["scale"], "by": 0.0, **rest}, Scale, complain)
        if scale is not None:
            found.append(
                _parameter("growth", each.get("by"), known, complain, scale.measure, scale)
            )
    names = [p.name for p in found if p is not None]
    for name in sorted({n for n in names if names.count(n) > 1}):
        complain(f"{known.place} {name} is there {names.count(name)} times. Keep one.")
    return found


def _parameter(
    kind: Kind,
    values: Any,
    known: Known,
    complain: Complain,
    measure: str = "",
    growth: Scale | None = None,
) -> Parameter | None:
    where = f"{known.place} {kind}.{measure}" if measure else f"{known.place} {kind}"
    if measure and measure not in known.measures:
        complain(f"{where}: '{measure}' is not a measure. {did_you_mean(measure, known.measures)}")
        return None
    if kind == "band" and not measure and not known.banded:
        complain(f"{where}: no measure has a band. Name one: band = {{ revenue = [0.1] }}.")
        return None
    if not isinstance(values, list) or not values:
        complain(f"{where} must be a list of values such as {_example(kind)}.")
        return None
    if len(values) > MOST_VALUES:
        complain(f"{where} has {len(values):,} values, more than {MOST_VALUES:,}. Give fewer.")
        return None
    wrong = [value for value in values if not _is_value(kind, value)]
    if wrong:
        complain(f"{where}: {wrong[0]!r} is none. {_asked(kind)}")
        return None
    if kind == "scenario":
        names = (BASE, *known.scenarios)
        unknown = [value for value in values if value not in names]
        for name in unknown:
            complain(f"{where}: there is no scenario '{name}'. {did_you_mean(name, names)}")
        if unknown:
            return None
    if len(set(values)) < len(values):
        complain(f"{where} has a value twice. Keep one of each.")
        return None
    typed = tuple(float(v) if kind in OF_MEASURES else v for v in values)
    return Parameter(kind, typed, "" if growth else measure, growth)


def _is_value(kind: Kind, value: Any) -> bool:
    if kind in TEXTS:
        return isinstance(value, str)
    if isinstance(value, bool) or not isinstance(value, int if kind in WHOLES else int | float):
        return False
    least, most = {
        "headcount": (1, 100_000),
        "seed": (0, 2**63),
        "band": (0, 1e6),
        "growth": (-1, 1e6),
        "budget": (0, 1),
    }[kind]
    return least <= value <= most and not (kind in ("band", "growth") and value == least)


def _asked(kind: Kind) -> str:
    return {
        "headcount": "Give whole numbers from 1, such as 50.",
        "band": "Give shares above 0, such as 0.1 for ±10%.",
        "growth": "Give shares above -1, such as 0.12 for 12% more.",
        "budget": "Give shares from 0 to 1, such as 0.2.",
        "scenario": "Give names of scenarios.",
        "seed": "Give whole numbers from 0.",
    }[kind]


def _example(kind: Kind) -> str:
    if kind in TEXTS:
        return f'["{BASE}", "hire in Denver"]'
    return "[50, 55, 60]" if kind in WHOLES else "[0.05, 0.1]"
