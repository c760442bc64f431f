"""Results beside what is known: ``python -m benchmarks.report [DIR PUBLISHED] --kept FILE``.

DIR holds what `benchmarks.run` wrote, PUBLISHED the folder of published instances. Every assignment
is scored again by code that knows no solver. FILE keeps one line of JSON for each instance, as it
was measured last: new ones take the place of old ones, and the tables of all are printed in
Markdown. Without DIR only what was kept is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.published import score

KEPT = Path("benchmarks/measured.jsonl")
HEAD = (
    "| instance | measured | workers | limit s | seconds | MB | feasible | value | best known "
    "| to reach | reached | bound | gap |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)
Row = dict[str, Any]
TAKEN = "instance", "units", "workers", "time_limit", "seconds", "peak_mb", "bound", "gap"
PROVEN = 1e-4
PACKAGES = ("ortools", "numpy", "scipy", "numba")


def main(words: list[str] | None = None) -> int:
    """Score what was run, keep it, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("results", type=Path, nargs="?", metavar="DIR")
    parser.add_argument("published", type=Path, nargs="?", metavar="PUBLISHED")
    parser.add_argument("--kept", type=Path, default=KEPT, metavar="FILE")
    given = parser.parse_args(words)
    rows = {}
    if given.kept.is_file():
        rows = {_key(row): row for row in map(json.loads, given.kept.read_text().splitlines())}
    if given.results:
        if given.published is None:
            parser.error("PUBLISHED, the folder of published instances, is needed to score DIR")
        files = sorted(given.results.glob("**/results.jsonl"))
        if not files:
            parser.error(f"there is no results.jsonl in {given.results}; run benchmarks.run first")
        rows |= {_key(row): row for file in files for row in _scored(file, given.published)}
        lines = [json.dumps(row) for _, row in sorted(rows.items())]
        new = given.kept.with_suffix(".new")
        new.write_text("\n".join(lines) + "\n")
        new.replace(given.kept)
    by_set: dict[str, list[Row]] = {}
    for row in rows.values():
        by_set.setdefault(row["set"], []).append(row)
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
        for row in sorted(by_set[name], key=lambda row: (row["units"], row["instance"])):
            print(_printed(row))
    return 0


def _key(row: Row) -> tuple[str, int, str]:
    return row["set"], row["units"], row["instance"]


def _scored(file: Path, published: Path) -> list[Row]:
    """Return the rows of one file of results: the last run of each instance, scored."""
    day = date.fromtimestamp(file.stat().st_mtime).isoformat()
    # A later run of an instance has written over the earlier assignment.
    latest = {line["instance"]: line for line in map(json.loads, file.read_text().splitlines())}
    rows = []
    for line in latest.values():
        assignment = file.parent / line["assignment"] if line["assignment"] else None
        found = score(published, line, assignment) if assignment else None
        row = {
            "set": " ".join(filter(None, [line["set"], line.get("variant")])),
            "measured": day,
            "is_impossible": line.get("infeasible", False),
        }
        row |= {name: line[name] for name in TAKEN}
        if found:
            row |= {
                "is_feasible": found.feasible, "value": found.value, "known": found.known,
                "target": found.target, "is_reached": found.reached,
            }  # fmt: skip
        rows.append(row)
    return rows


def _summary(name: str, rows: Iterable[Row]) -> str:
    rows = list(rows)
    feasible = sum(row.get("is_feasible", False) for row in rows)
    reached = sum(_has_reached(row) for row in rows)
    proven = sum(row["gap"] is not None and row["gap"] <= PROVEN for row in rows)
    return f"| {name} | {len(rows)} | {feasible} | {reached} | {proven} |"


def _has_reached(row: Row) -> bool:
    """Return whether a row is as it should be; a proof that there is no plan is."""
    return bool(row.get("is_reached", row["is_impossible"]))


def _printed(row: Row) -> str:
    head = f"| {row['instance']} ({row['units']:,}) | {row['measured']} | {row['workers']} "
    head += f"| {row['time_limit']:g} | {row['seconds']:.1f} | {row['peak_mb']:,} "
    reached = "yes" if _has_reached(row) else "no"
    if "value" not in row:
        told = "proven impossible" if row["is_impossible"] else "no plan"
        return f"{head}| {told} | | | | {reached} | | |"
    shown = [_number(row[name]) for name in ("value", "known", "target")]
    bound = _number(row["bound"]) if row["bound"] else ""
    gap = f"{row['gap']:.2%}" if row["bound"] else ""
    cells = ["yes" if row["is_feasible"] else "no", *shown, reached, bound, gap]
    return f"{head}| {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.4f}" if value < 1 else f"{value:,.2f}"


if __name__ == "__main__":
    sys.exit(main())
