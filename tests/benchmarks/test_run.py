"""The benchmark command: published formats in, assignments and a line of JSON out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import instances
from benchmarks.report import main as report
from benchmarks.run import main as run
from territory_planner import SolveOptions, solve

EDGES = [(0, 1), (2, 3), (0, 2), (1, 3)]
CORNERS = [(0, 0), (0, 3), (8, 0), (8, 3)]
OPTIONS = SolveOptions(time_limit_s=20)
LOADER = """
import numpy as np
class I: pass
def load(name): return I()
def evaluate(I, lab): return dict(objective=7.0, feasible=len(np.unique(lab)) == 2)
"""


def graph() -> str:
    return "\n".join([str(len(EDGES)), *(f"{u} {v}" for u, v in EDGES)])


def rm_tdp(folder: Path) -> Path:
    path = folder / "small.dat"
    rows = "\n".join(f"{i} {x} {y} 1 2 3 0" for i, (x, y) in enumerate(CORNERS))
    path.write_text(f"4\n{rows}\n{graph()}\n2 0.05 0.05 0.05 0.05\n1 1 1 1\n1 1 1 1\n")
    return path


def gliesch_dl(folder: Path) -> Path:
    path = folder / "small.in"
    rows = "\n".join(f"{i} {x} {y} 1 2 3" for i, (x, y) in enumerate(CORNERS))
    path.write_text(f"4\n{rows}\n{graph()}\n2 50 0.05 0.05 0.05\n")
    return path


def us_districting(folder: Path) -> Path:
    path = folder / "ZZ.txt"
    rows = "\n".join(
        f"{i} 100 90 5 0 0 {1000 * x} {1000 * y}" for i, (x, y) in enumerate(CORNERS)
    )  # fmt: skip
    edges = "\n".join(f"{u} {v} 1.5" for u, v in EDGES)
    path.write_text(f"4 4 2 199 201 EPSG:1\n{rows}\n{edges}\n")
    return path


def cpmp(folder: Path) -> Path:
    path = folder / "cpmp99.txt"
    path.write_text("4 2\n" + "\n".join(f"{x} {y} 10 4" for x, y in CORNERS) + "\n")
    return path


@pytest.mark.parametrize(
    ("kind", "value"),
    [("rm_tdp", 6.0), ("cpmp", 6.0)],
)
def test_p_medians(tmp_path: Path, kind: str, value: float) -> None:
    """Two pairs of points 3 apart: each pair has a median of its own, 3 from the other point."""
    read = {"rm_tdp": instances.read_rm_tdp, "cpmp": instances.read_cpmp}[kind]
    instance = read({"rm_tdp": rm_tdp, "cpmp": cpmp}[kind](tmp_path))
    plan = solve(instance.problem, instance.criteria, OPTIONS)
    assert plan.objective * instance.scale == pytest.approx(value)


def test_labels_of_medians_are_units(tmp_path: Path) -> None:
    """An assignment for the p-median set names a unit of each unit's own territory."""
    instance = instances.read_cpmp(cpmp(tmp_path))
    plan = solve(instance.problem, instance.criteria, OPTIONS)
    of = plan.alignment.territory_of
    assert (of[instance.labels(plan)] == of).all()


def test_moment_of_inertia_is_told_as_in_the_paper(tmp_path: Path) -> None:
    """100 people 3 km from the center, twice: 1,800 person-km², told in millions."""
    instance = instances.read_us_districting(us_districting(tmp_path), cut=False)
    plan = solve(instance.problem, instance.criteria, OPTIONS)
    assert plan.objective * instance.scale == pytest.approx(1800 / 1e6)


def test_the_command_writes_an_assignment_and_a_line(tmp_path: Path) -> None:
    """One label per unit in file order, and a line of JSON with what it cost and took."""
    out = tmp_path / "out"
    assert run(["cpmp", str(cpmp(tmp_path)), "--time-limit", "20", "--out", str(out)]) == 0
    assert len((out / "cpmp99.assignment").read_text().split()) == 4
    line = json.loads((out / "results.jsonl").read_text())
    wanted = "set instance objective bound gap seconds peak_mb feasible"
    assert set(wanted.split()) <= set(line)
    assert line["feasible"] is True


def test_the_report_scores_by_other_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The instance's own loader decides; a run whose assignment was written over is left out."""
    published = tmp_path / "published"
    (published / "cpmp").mkdir(parents=True)
    (published / "cpmp" / "load.py").write_text(LOADER)
    (published / "cpmp" / "best_known.csv").write_text("instance,n,best_known\ncpmp99,4,6.5\n")
    out = tmp_path / "out"
    run(["cpmp", str(cpmp(tmp_path)), "--time-limit", "20", "--out", str(out)])
    overwritten = json.loads((out / "results.jsonl").read_text()) | {"set": "rm_tdp"}
    text = f"{json.dumps(overwritten)}\n{(out / 'results.jsonl').read_text()}"
    (out / "results.jsonl").write_text(text)
    capsys.readouterr()
    kept = tmp_path / "kept.jsonl"
    earlier = {
        "set": "cpmp", "instance": "cpmp98", "units": 3, "measured": "2026-01-02", "workers": 1,
        "time_limit": 9.0, "seconds": 1.0, "peak_mb": 5, "bound": None, "gap": None,
        "is_impossible": True,
    }  # fmt: skip
    kept.write_text(f"{json.dumps(earlier)}\n")
    report([str(out), str(published), "--kept", str(kept)])
    printed = capsys.readouterr().out
    (row,) = [r for r in printed.splitlines() if r.startswith("| cpmp99")]
    assert "| yes | 7.00 | 6.50 | 6.51 | no |" in row
    assert "| cpmp98 (3) | 2026-01-02 |" in printed
    report(["--kept", str(kept)])
    assert capsys.readouterr().out == printed
    assert [json.loads(r)["instance"] for r in kept.read_text().splitlines()] == [
        "cpmp98",
        "cpmp99",
    ]


def test_a_missing_instance_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there ends in a sentence and exit code 2."""
    with pytest.raises(SystemExit, match="2"):
        run(["cpmp", str(tmp_path / "none.txt")])
    assert "there is no such file" in capsys.readouterr().err


def test_contiguity_and_bands_are_read(tmp_path: Path) -> None:
    """Edges, numbers of territories and bands are those of the file."""
    for instance in (
        instances.read_rm_tdp(rm_tdp(tmp_path)),
        instances.read_gliesch_dl(gliesch_dl(tmp_path)),
    ):
        assert instance.problem.contiguity.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
        assert instance.problem.n_territories == 2
        assert {band.upper for band in instance.criteria.bands.values()} == {0.05}
        assert np.allclose(instance.problem.target[0, :3], [2.0, 4.0, 6.0])
