"""What is known about published instances, and an independent score of an assignment.

Reads the folder of published instances: their ``load.py`` files know no solver of ours.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

KM_TARGETS: Mapping[str, Mapping[str, float]] = {
    "homes": {"1k": 524.0, "5k": 415.9, "20k": 268.5, "100k": 111.0},
    "free": {"1k": 277 * 1.01, "5k": 151 * 1.01, "20k": 65.3 * 1.01, "100k": 35.1 * 1.01},
    "contiguous": {"1k": 290.5, "5k": 152.5, "20k": 66.7, "100k": 35.5, "1m": 19.5},
    "moves": {"1k": 0.025 * 1.1, "5k": 0.033 * 1.1, "20k": 0.129 * 1.1},
}
COUNTIES_SLACK = 1.005
"""Above the plan's own bound, where nothing else is known of the best."""

GLIESCH_SLACK = {1000: 1.02, 2500: 1.02, 5000: 1.05}


@dataclass(frozen=True)
class Score:
    """An assignment's value by code that knows no solver, and what it should reach.

    Parameters
    ----------
    value, feasible
        The objective in the paper's unit, and whether every constraint is held.
    known
        The best value known, None where there is none.
    target
        What is to be reached, None where nothing is known.
    """

    value: float
    feasible: bool
    known: float | None
    target: float | None

    @property
    def reached(self) -> bool:
        """Whether the target is reached; without one, being feasible is."""
        within = self.target is None or self.value <= self.target * (1 + 1e-6)
        return self.feasible and within


def score(folder: Path, line: Mapping[str, Any], assignment: Path) -> Score:
    """Return the score of one line of results.

    Parameters
    ----------
    folder
        The folder of published instances.
    line
        One line that `benchmarks.run` wrote.
    assignment
        The labels that it wrote beside.
    """
    labels = np.array(assignment.read_text().split(), dtype=int)
    name, kind = line["instance"], line["set"]
    if kind == "synthetic":
        return _synthetic(folder, line, labels)
    if kind.startswith("us_districting"):
        return _us(folder, name, kind.endswith("cut"), labels, line["units"])
    load = _loader(folder / kind)
    if kind == "cpmp":
        found = load.evaluate(load.load(name), labels)
        row = _row(folder / kind / "best_known.csv", name)
        known, n = float(row["best_known"]), int(row["n"])
        slack = 1.001 if n <= 402 else 1.01
        return Score(found["objective"], found["feasible"], known, known * slack)
    file = next((folder / kind / "instances").glob(f"{name}.*"))
    found = load.evaluate(load.load(str(file)), labels)
    if kind == "gliesch_dl":
        row = _row(folder / kind / "published_results.csv", name)
        known, n = float(row["best_known"]), int(row["n"])
        target = known * GLIESCH_SLACK[n] if n in GLIESCH_SLACK else float(row["ATS_mean"])
        return Score(found["diameter"], found["feasible"], known, target)
    row = _row(folder / kind / "reference_values.csv", name.replace("-edited", ""))
    known = float(row["optimal_pmedian"] or row["alns"])
    must = known if int(row["n"]) <= 80 else min(known, float(row["alns"]))
    return Score(found["pmedian"], found["feasible"], known, must)


def _us(folder: Path, state: str, cut: bool, labels: Any, n: int) -> Score:
    load = _loader(folder / "us_districting")
    path = next(
        p
        for p in (folder / "us_districting").glob(f"*/{state}.txt")
        if int(p.read_text().split(maxsplit=1)[0]) == n
    )
    level = path.parent.name
    instance = load.load(str(path))
    found = load.evaluate(instance, labels)
    feasible = found["pop_ok"] and found["contiguous"] and found["n_districts"] == instance.k
    kind = "cut_edges" if cut else "moi"
    rows = [
        row
        for row in _rows(folder / "us_districting" / f"published_{kind}_results.csv")
        if (row["level"], row["state"]) == (level, state)
    ]
    if cut:
        values = [float(row["best_cut_edges"]) for row in rows]
        slack = 1.0 if all(row["proven_optimal"] == "True" for row in rows) else 1.05
        value = float(found["cut_edges"])
    else:
        values = [float(row["our_moi"]) for row in rows if row["contiguous"] == "True"]
        slack = 1.0001 if level == "county" else 1.005
        value = found["moi"]
    known = min(values, default=None)
    return Score(value, feasible, known, None if known is None else known * slack)


def _synthetic(folder: Path, line: Mapping[str, Any], labels: Any) -> Score:
    with np.load(line["file"]) as file:
        instance = dict(file)
    variant = line["variant"]
    at_homes = variant in ("homes", "moves")
    found = _loader(folder / "synthetic", "evaluate").evaluate(instance, labels, at_homes)
    value = {"homes": found.get("d_home"), "moves": found["moved_wl"] / 100}.get(
        variant, found["d_centre"]
    )
    inside = found["within5_pot"] == found["within5_wl"] == 100.0
    whole = variant != "contiguous" or found["contig_terr"] == 100.0
    size = line["instance"].split("-")[0]
    target = KM_TARGETS[variant].get(size)
    if target is None and line["bound"]:
        target = line["bound"] * COUNTIES_SLACK
    return Score(float(value or 0.0), bool(inside and whole), None, target)


def _row(path: Path, name: str) -> dict[str, str]:
    return next(row for row in _rows(path) if row["instance"] == name)


@cache
def _rows(path: Path) -> list[dict[str, str]]:
    def read() -> Iterator[dict[str, str]]:
        with path.open(newline="") as file:
            yield from csv.DictReader(file)

    return list(read())


@cache
def _loader(folder: Path, name: str = "load") -> ModuleType:
    spec = spec_from_file_location(f"{folder.name}_{name}", folder / f"{name}.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(folder / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
