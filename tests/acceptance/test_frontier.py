"""`frontier` from the command line, on the small sample and on a few accounts."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from territory_planner.evaluation.violations import violations
from territory_planner.store.plan_file import load_plan
from tests.acceptance.conftest import run, write_project

ACCOUNTS = [
    "id,latitude,longitude,hours,current",
    *(f"A{i},{50 + 0.01 * i},{8 + 0.005 * (i % 7)},{5 + i % 6},T{1 + i // 14}" for i in range(20)),
]
REPS = ["territory_id,latitude,longitude", "T1,50.05,8.0", "T2,50.15,8.0"]


def test_the_sample_s_frontier(sample: Path, tmp_path: Path) -> None:
    """At least 12 plans, none dominated, each saved with its report beside it."""
    out = tmp_path / "weighed"
    done = run("frontier", sample, "--out", out, "--time-limit", "60", "--points", "13", "--json")
    assert done.code == 0, done.err
    best = [p for p in done.json["points"] if p["plan"] is not None]
    assert len(best) >= 12
    assert [p["plan"] for p in best] == list(range(1, len(best) + 1))
    axes = done.json["criteria"]
    for one in best:
        assert not any(
            all(other[a] <= one[a] + 1e-9 for a in axes)
            and any(other[a] < one[a] - 1e-9 for a in axes)
            for other in best
        )
        plan = load_plan((out / one["report"]).with_name("plan.plan"))
        assert violations(plan.problem, plan.alignment, plan.criteria) == []
        assert plan.gap == pytest.approx(one["gap"], abs=1e-9)
        assert (out / one["report"]).is_file()
    assert sum(p["fewest_moves"] for p in best) == 1
    assert sum(p["best_at_most"] for p in best) == 1
    with (out / "frontier.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(done.json["points"])
    assert float(rows[0]["travel"]) == best[0]["travel"]
    assert (out / "frontier.html").is_file()


def test_two_criteria_in_words(tmp_path: Path) -> None:
    """The table, the named plans, what is proven of the fewest moves, and where the files are."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    done = run(
        "frontier", project, "--criteria", "travel,disruption", "--at-most", "0.25",
        "--robust", "--points", "5",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "expected outside" in done.out
    assert "The fewest moves that bring everyone inside the band: plan " in done.out
    assert "No plan inside the band moves less than " in done.out
    assert "The best plan that moves no more than 25.0% of workload: plan " in done.out
    assert f"page   {project / 'out' / 'frontier' / 'frontier.html'}" in done.out
    listed = run("history", project, "--json").json["runs"]
    assert len(listed) >= 2
    assert all(one["key"].startswith("frontier/") for one in listed)


def test_an_earlier_frontier_is_replaced(tmp_path: Path) -> None:
    """Fewer plans than before leave none of the old ones behind; other files stay."""
    project, out = write_project(tmp_path, ACCOUNTS, REPS), tmp_path / "weighed"
    (out / "points" / "99").mkdir(parents=True)
    (out / "points" / "99" / "notes.txt").write_text("mine", encoding="utf-8")
    assert run("frontier", project, "--out", out, "--points", "6").code == 0
    before = sorted(path.name for path in (out / "points").iterdir())
    done = run(
        "frontier", project, "--out", out, "--points", "2", "--criteria", "balance,travel", "--json"
    )
    after = sorted(path.name for path in (out / "points").iterdir())
    wanted = [f"{p['plan']:02d}" for p in done.json["points"] if p["plan"] is not None]
    assert after == [*wanted, "99"]
    assert len(before) > len(after)


def test_what_cannot_be_weighed_is_one_error(tmp_path: Path) -> None:
    """All faults together, exit code 2, and nothing written."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    done = run("frontier", project, "--criteria", "cost", "--measure", "profit", "--points", "1")
    assert done.code == 2
    for part in ("the criteria are cost.", "'profit' is not a measure.", "points is 1."):
        assert part in done.err
    assert not (project / "out").exists()


def test_no_plan_at_all_is_exit_code_1(tmp_path: Path) -> None:
    """With the clash of the project's own criteria."""
    two = ["id,latitude,longitude,hours,current", "A1,50,8,1,T1", "A2,50.1,8,9,T2"]
    project = write_project(tmp_path, two, REPS)
    done = run("frontier", project)
    assert done.code == 1
    assert "No alignment satisfies these criteria together" in done.err
    assert json.dumps(done.out) == '""'
