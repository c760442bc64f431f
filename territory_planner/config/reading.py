"""From a `plan.toml` to `Settings`, with every fault in it told at once."""

from __future__ import annotations

import math
import operator
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, replace
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from territory_planner.config.checks import check_settings
from territory_planner.config.hints import did_you_mean
from territory_planner.config.scenarios import read_scenarios
from territory_planner.config.sweep import known_of, read_sweep
from territory_planner.config.tables import (
    ColumnsTable,
    CriteriaTable,
    DataTable,
    DisruptionTable,
    MapTable,
    MeasureTable,
    PairTable,
    ProjectTable,
    Settings,
    SolveTable,
    StoreTable,
    TerritoriesTable,
    UnitsTable,
)
from territory_planner.domain.scenario import Scenario
from territory_planner.errors import Fault, InputError

Complain = Callable[[str], None]

SECTIONS: dict[str, type] = {
    "project": ProjectTable,
    "data": DataTable,
    "columns": ColumnsTable,
    "units": UnitsTable,
    "measure": MeasureTable,
    "criteria": CriteriaTable,
    "territories": TerritoriesTable,
    "disruption": DisruptionTable,
    "lock": PairTable,
    "forbid": PairTable,
    "solve": SolveTable,
    "map": MapTable,
    "store": StoreTable,
}
LIMITS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    "above": (operator.gt, "more than"),
    "low": (operator.ge, "at least"),
    "high": (operator.le, "at most"),
}
# Whole numbers above this are told in words.
LONGEST_SHOWN = 10**100
REPEATED = ("measure", "disruption", "lock", "forbid")
DIFFERING = {name: SECTIONS[name] for name in ("criteria", "solve")}
"""Sections of which a scenario may say what differs."""
NAMES = (*SECTIONS, "scenario", "sweep")


def read_settings(path: str | Path) -> Settings:
    """Return the settings in a `plan.toml`, or in the one inside a folder.

    Raises
    ------
    InputError
        With every fault found: no such file, no valid TOML, unknown or missing keys, wrong types,
        values out of range, names that do not exist.
    """
    file = Path(path)
    if file.is_dir():
        file = file / "plan.toml"
    messages: list[str] = []
    tree = _toml(file, messages.append)
    if not messages:
        messages += [
            f"there is no section [{name}]. {did_you_mean(name, NAMES)}"
            for name in tree
            if name not in NAMES
        ]
        if not tree.get("measure"):
            messages.append(
                "no measure is given. Add [[measure]] with a name and column, product or count."
            )
        parts = {name: _section(name, tree.get(name), messages.append) for name in SECTIONS}
        weights = {m.name: m.weight for m in parts["measure"] or () if m is not None}
        scenarios = read_scenarios(
            tree.get("scenario"), weights, DIFFERING, _table, messages.append
        )
    if not messages:
        parts["wishes"] = parts.pop("criteria")
        parts["scenarios"] = scenarios
        settings = Settings(path=file, **parts)
        sweep = read_sweep(tree.get("sweep"), known_of(settings), _table, messages.append)
        settings = replace(settings, sweep=sweep)
        check_settings(settings, messages.append)
        for scenario in scenarios:
            _check_criteria(settings, scenario, messages)
    if messages:
        raise InputError([Fault(str(file), message) for message in messages])
    return settings


def _check_criteria(settings: Settings, scenario: Scenario, messages: list[str]) -> None:
    """Add the clashes between settings that the criteria of a scenario make, and they alone."""
    clashes: list[str] = []
    if scenario.criteria:
        check_settings(settings.under(scenario.name), clashes.append)
    messages += [f"[[scenario]] '{scenario.name}': {c}" for c in clashes if c not in messages]


def _toml(file: Path, complain: Complain) -> dict[str, Any]:
    try:
        # Editors on Windows like to write a byte order mark, which TOML knows nothing of.
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        complain("there is no such file. Give the path of a plan.toml or of its folder.")
    except OSError as error:
        complain(f"the file cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        complain("the file is not UTF-8 text. Save it as UTF-8.")
    except RecursionError:
        complain("the file nests brackets too deeply to be settings. Remove them.")
    except tomllib.TOMLDecodeError as error:
        complain(f"the file is not valid TOML: {error}. Correct it there.")
    return {}


def _section(name: str, raw: Any, complain: Complain) -> Any:
    """Return one section as its dataclass, or as a tuple of them for ``[[name]]``."""
    kind = SECTIONS[name]
    if name not in REPEATED:
        return _table(f"[{name}]", {} if raw is None else raw, kind, complain)
    entries = [] if raw is None else raw
    if not isinstance(entries, list):
        complain(f"[{name}] may be there several times. Write [[{name}]], with two brackets.")
        return ()
    tables = []
    for number, entry in enumerate(entries, start=1):
        label = entry.get("name", entry.get("measure")) if isinstance(entry, dict) else None
        where = f"[[{name}]] '{label}'" if isinstance(label, str) else f"[[{name}]] {number}"
        tables.append(_table(where, entry, kind, complain))
    return tuple(tables)


def _table(where: str, raw: Any, kind: type, complain: Complain) -> Any:
    """Return one table as its dataclass, None after a complaint."""
    if not isinstance(raw, dict):
        complain(f"{where} must be a table of settings, not {_shown(raw)}.")
        return None
    hints = get_type_hints(kind)
    faults = [
        f"{where} has no setting '{key}'. {did_you_mean(key, hints)}"
        for key in raw
        if key not in hints
    ]
    values: dict[str, Any] = {}
    for entry in fields(kind):
        if entry.name in raw:
            values[entry.name] = _value(
                f"{where} {entry.name}",
                raw[entry.name],
                hints[entry.name],
                entry.metadata,
                faults.append,
            )
            # Where the default is a text, "" may say that there is none.
            if raw[entry.name] == "" and entry.default in (MISSING, None):
                faults.append(f"{where} {entry.name} must not be empty. Fill it, or remove it.")
        elif entry.default is MISSING and entry.default_factory is MISSING:
            faults.append(f"{where} needs the setting '{entry.name}'. Add it.")
    for message in faults:
        complain(message)
    return None if faults else kind(**values)


def _value(where: str, raw: Any, hint: Any, limits: Mapping[str, Any], complain: Complain) -> Any:
    """Return the value as the type that is asked for; complain in words when it is not."""
    wanted = _wanted(hint, raw)
    origin = get_origin(wanted)
    if origin is Literal:
        if raw not in get_args(wanted):
            allowed = " or ".join(_shown(option) for option in get_args(wanted))
            complain(f"{where} must be {allowed}, not {_shown(raw)}.")
        return raw
    if origin is tuple and get_origin(get_args(wanted)[0]) is Mapping:
        return _records(where, raw, get_args(wanted)[0], limits, complain)
    if origin is tuple:
        if not isinstance(raw, list) or not all(isinstance(item, str) for item in raw):
            complain(f'{where} must be a list of names such as ["a", "b"], not {_shown(raw)}.')
            return ()
        if "" in raw and not limits.get("blank_tells"):
            complain(f"{where} must not hold an empty name. Fill it, or remove it.")
        return tuple(raw)
    if origin is Mapping:
        return _mapping(where, raw, get_args(wanted)[1], limits, complain)
    words = {
        str: "a text in quotes",
        bool: "true or false",
        int: "a whole number",
        float: "a number",
    }
    accepted = (int, float) if wanted is float else (wanted,)
    # In Python true is also the number 1.
    if not isinstance(raw, accepted) or (isinstance(raw, bool) and wanted is not bool):
        complain(f"{where} must be {words[wanted]}, not {_shown(raw)}.")
        return raw
    if wanted in (int, float) and not _is_finite(raw):
        complain(f"{where} must be a finite number, not {_shown(raw)}.")
        return raw
    for limit, (holds, told) in LIMITS.items():
        if limit in limits and not holds(raw, limits[limit]):
            complain(f"{where} must be {told} {limits[limit]:g}, not {raw:g}.")
    return float(raw) if wanted is float else raw


def _mapping(
    where: str, raw: Any, kind: type, limits: Mapping[str, Any], complain: Complain
) -> dict[str, Any]:
    """Return a table of texts or of numbers, whose keys may be restricted."""
    if not isinstance(raw, dict):
        complain(f"{where} must be a table such as {{ name = ... }}, not {_shown(raw)}.")
        return {}
    keys = limits.get("keys")
    for key in raw:
        if keys is not None and key not in keys:
            complain(f"{where} has no setting '{key}'. {did_you_mean(key, keys)}")
    of_each = {limit: bound for limit, bound in limits.items() if limit != "keys"}
    for key, value in raw.items():
        if value == "" and not limits.get("blank_tells"):
            complain(f"{where} {key} must not be empty. Fill it, or remove it.")
    return {key: _value(f"{where} {key}", v, kind, of_each, complain) for key, v in raw.items()}


def _records(
    where: str, raw: Any, hint: Any, limits: Mapping[str, Any], complain: Complain
) -> tuple[dict[str, Any], ...]:
    """Return a list of tables, or one table, as a tuple of them."""
    entries = [raw] if isinstance(raw, dict) else raw
    if not isinstance(entries, list) or not entries:
        complain(f"{where} must be a table or a list of tables, not {_shown(raw)}.")
        return ()
    kind = get_args(hint)[1]
    return tuple(
        _mapping(f"{where} {number}", entry, kind, limits, complain)
        for number, entry in enumerate(entries, start=1)
    )


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:
        # TOML's whole numbers may have any length.
        return False


def _wanted(hint: Any, raw: Any) -> Any:
    """Return the type inside ``X | None``, or of several the one that a value is of."""
    if isinstance(hint, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        alike = {list: tuple, int: float}
        of = next((kind for kind in kinds if (get_origin(kind) or kind) is type(raw)), None)
        other = alike.get(type(raw))
        near = next((kind for kind in kinds if (get_origin(kind) or kind) is other), kinds[0])
        return near if of is None else of
    if isinstance(hint, UnionType) or get_origin(hint) not in (None, Literal, tuple, Mapping):
        return next((a for a in get_args(hint) if a is not NoneType), hint)
    return hint


def _shown(value: Any) -> str:
    """Return a value the way it is written in TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, int) and abs(value) > LONGEST_SHOWN:
        return "a number of very many digits"
    if isinstance(value, dict):
        return "a table"
    return f"{value}"
