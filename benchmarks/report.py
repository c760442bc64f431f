"""Results beside what is known: ``python -m benchmarks.report DIR PUBLISHED``.

DIR holds what `benchmarks.run` wrote, PUBLISHED the folder of published instances. Every assignment
is scored again by code that knows no solver; prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.published import Score, score

HEAD = (
    "| instance | workers | limit s | seconds | MB | feasible | value | best known | to reach "
    "| reached | bound | gap |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
)
PACKAGES = ("ortools", "numpy", "scipy", "numba")


def main(words: list[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("results", type=Path, metavar="DIR")
    parser.add_argument("published", type=Path, metavar="PUBLISHED")
    given = parser.parse_args(words)
    files = sorted(given.results.glob("**/results.jsonl"))
    if not files:
        parser.error(f"there is no results.jsonl in {given.results}; run benchmarks.run first")
    lines = [(file.parent, json.loads(t)) for file in files for t in file.read_text().splitlines()]
    # A later run of an instance in the same folder has written over the earlier assignment.
    latest = {(folder, line["instance"]): (folder, line) for folder, line in lines}
    by_set: dict[str, list[tuple[dict[str, Any], Score | None]]] = {}
    for folder, line in latest.values():
        assignment = folder / line["assignment"] if line["assignment"] else None
        found = score(given.published, line, assignment) if assignment else None
        name = " ".join(filter(None, [line["set"], line.get("variant")]))
        by_set.setdefault(name, []).append((line, found))
    used = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    print("# Results\n")
    print(
        f"Printed by `python -m benchmarks.report`. {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, {used}. Values are scored by the instances' own loaders.\n"
    )
    print("| set | instances | feasible | target reached | proven optimal |\n|---|---|---|---|---|")
    for name in sorted(by_set):
        print(_summary(name, by_set[name]))
    for name in sorted(by_set):
        print(f"\n## {name}\n\n{HEAD}")
        for line, found in sorted(
            by_set[name], key=lambda pair: (pair[0]["units"], pair[0]["instance"])
        ):
            print(_row(line, found))
    return 0


def _summary(name: str, rows: Iterable[tuple[dict[str, Any], Score | None]]) -> str:
    rows = list(rows)
    feasible = sum(found is not None and found.feasible for _, found in rows)
    reached = sum(_has_reached(line, found) for line, found in rows)
    proven = sum(line["gap"] is not None and line["gap"] <= 1e-4 for line, _ in rows)
    return f"| {name} | {len(rows)} | {feasible} | {reached} | {proven} |"


def _has_reached(line: dict[str, Any], found: Score | None) -> bool:
    """Return whether a line is as it should be; a proof that there is no plan is."""
    return line.get("infeasible", False) if found is None else found.reached


def _row(line: dict[str, Any], found: Score | None) -> str:
    head = f"| {line['instance']} ({line['units']:,}) | {line['workers']} | {line['time_limit']:g} "
    head += f"| {line['seconds']:.1f} | {line['peak_mb']:,} "
    if found is None:
        told = "proven impossible" if line.get("infeasible") else "no plan"
        return f"{head}| {told} | | | | {'yes' if line.get('infeasible') else 'no'} | | |"
    shown = [_number(found.value), _number(found.known), _number(found.target)]
    bound = _number(line["bound"]) if line["bound"] else ""
    gap = f"{line['gap']:.2%}" if line["bound"] else ""
    cells = [
        "yes" if found.feasible else "no",
        *shown,
        "yes" if found.reached else "no",
        bound,
        gap,
    ]
    return f"{head}| {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.4f}" if value < 1 else f"{value:,.2f}"


if __name__ == "__main__":
    sys.exit(main())
