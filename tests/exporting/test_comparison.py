"""A comparison as files: what is in them, that they agree with it, and that they harm nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from territory_planner.errors import InputError
from territory_planner.exporting.comparison import export_comparison
from territory_planner.scenarios.compare import compare
from tests.exporting.plans import rows_of
from tests.scenarios.sides import drawn, side_by_side
from tests.worlds import grid_problem

ROW = grid_problem("1234", current="AABB")


def test_the_files(tmp_path: Path) -> None:
    """Numbers, reps and accounts, each counted in the manifest."""
    comparison = side_by_side(drawn(ROW, "AABB"), drawn(ROW, "ABBB"), drawn(ROW, "AAAB"))
    written = export_comparison(comparison, tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(p.name for p in written)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert {name: entry["rows"] for name, entry in manifest["files"].items()} == {
        "metrics.csv": 3 * len(comparison.metrics),
        "reps.csv": 4,
        "accounts.csv": 2,
    }
    accounts = rows_of(tmp_path / "out" / "accounts.csv")
    assert [(r["from"], r["to"], r["account_id"], r["to_territory_id"]) for r in accounts] == [
        ("a", "b", "A1", "T2"),
        ("a", "c", "A2", "T1"),
    ]
    reps = rows_of(tmp_path / "out" / "reps.csv")
    assert [(r["gained accounts"], r["lost workload [h/yr]"]) for r in reps[:2]] == [
        ("0", "2.0"),
        ("1", "0.0"),
    ]


def test_better_is_marked(tmp_path: Path) -> None:
    """The mark of the table is a column."""
    comparison = side_by_side(drawn(ROW, "AABB"), drawn(ROW, "ABBB"))
    export_comparison(comparison, tmp_path / "out")
    found = {
        (r["metric"], r["side"]): (float(r["value"]), r["better"])
        for r in rows_of(tmp_path / "out" / "metrics.csv")
    }
    for metric in comparison.metrics:
        for side, name in enumerate(comparison.names):
            marked = "yes" if side in metric.best else "no"
            assert found[metric.name, name] == (metric.values[side], marked)


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    """Names of accounts, plans, territories and measures are neutralised."""
    names = np.array(["=cmd()"] * 4)
    territories = tuple(replace(t, id=f"=cmd()|{t.id}", rep="@rep") for t in ROW.territories)
    measures = (replace(ROW.measures[0], name="=cmd()"),)
    hostile = replace(
        ROW,
        accounts=replace(ROW.accounts, names=names),
        territories=territories,
        measures=measures,
    )
    plans = [drawn(hostile, "AABB"), drawn(hostile, "ABBB")]
    export_comparison(compare(plans, ["=a", "+b"], today=False), tmp_path / "out")
    for path in (tmp_path / "out").glob("*.csv"):
        for row in rows_of(path):
            for cell in (*row, *row.values()):
                assert not cell.startswith(("=", "+", "@")), (path.name, cell)
    assert rows_of(tmp_path / "out" / "accounts.csv")[0]["account_name"] == "'=cmd()"


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """An earlier comparison is replaced, anything else is in the way."""
    comparison = side_by_side(drawn(ROW, "AABB"), drawn(ROW, "ABBB"))
    export_comparison(comparison, tmp_path / "out")
    export_comparison(comparison, tmp_path / "out")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "reps.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="this file is in the way"):
        export_comparison(comparison, tmp_path / "mine")
