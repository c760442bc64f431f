"""`[sweep]` in plan.toml and `--vary`: what may be written, and every fault in it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from territory_planner.config import read_settings, read_varied
from territory_planner.domain.scenario import Scale
from territory_planner.domain.sweep import Parameter, Sweep
from territory_planner.errors import InputError
from tests.intake.projects import PLAN, write_project

SCENARIO = '[[scenario]]\nname = "a hire"\n'
SWEEP = """
[sweep]
headcount = [3, 4]
band = [0.1, 1]
budget = { workload = [0, 0.5] }
scenario = ["base", "a hire"]
seed = [1]
growth = [
  { scale = "workload", by = [0.0, 0.12] },
  { scale = "workload", territory = "T1", by = [-0.5] },
]
"""


def read(tmp_path: Path, text: str) -> Sweep:
    """Return the sweep of a project with some text added to its settings."""
    sweep = read_settings(write_project(tmp_path, plan=PLAN + SCENARIO + text)).sweep
    assert sweep is not None
    return sweep


def test_sweep_is_read(tmp_path: Path) -> None:
    """Parameters keep their order; shares are numbers with a point."""
    assert read(tmp_path, SWEEP).parameters == (
        Parameter("headcount", (3, 4)),
        Parameter("band", (0.1, 1.0)),
        Parameter("budget", (0.0, 0.5), "workload"),
        Parameter("scenario", ("base", "a hire")),
        Parameter("seed", (1,)),
        Parameter("growth", (0.0, 0.12), growth=Scale("workload", 0.0)),
        Parameter("growth", (-0.5,), growth=Scale("workload", 0.0, "T1")),
    )


def test_measures_have_tables(tmp_path: Path) -> None:
    """A band or growth of one measure stands in a table."""
    sweep = read(tmp_path, "[sweep]\nband.workload = [0.1]\ngrowth = { workload = [0.2] }\n")
    assert sweep.names == ("band.workload", "growth.workload")


def test_growth_of_a_segment(tmp_path: Path) -> None:
    """Growth of accounts told by a column has it in its name, and the column is kept."""
    text = '[sweep]\ngrowth = [{ scale = "workload", where = { segment = "small" }, by = [0.1] }]\n'
    settings = read_settings(write_project(tmp_path, plan=PLAN + text))
    assert settings.sweep is not None
    assert settings.sweep.names == ("growth.workload[segment=small]",)
    assert settings.kept_columns() == ("segment",)
    same = read_varied(settings, ["growth.workload[segment=small]=0.1"])
    assert same == settings.sweep
    blank = read_varied(settings, ["growth.workload[segment=]=0.1"])
    assert blank is not None
    assert blank.parameters[0].growth == Scale("workload", 0.0, where={"segment": ""})


def test_no_sweep(tmp_path: Path) -> None:
    """A project need not have one."""
    assert read_settings(write_project(tmp_path, plan=PLAN)).sweep is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("headcnt = [3]", "[sweep] has no setting 'headcnt'. Did you mean 'headcount'?"),
        ("", "[sweep] varies nothing. Add a line such as headcount = [50, 55, 60]."),
        ("headcount = 3", "[sweep] headcount must be a list of values such as [50, 55, 60]."),
        ("headcount = []", "[sweep] headcount must be a list of values"),
        ("headcount = [0]", "[sweep] headcount: 0 is none. Give whole numbers from 1"),
        ("headcount = [true]", "[sweep] headcount: True is none."),
        ("headcount = [3, 3]", "[sweep] headcount has a value twice. Keep one of each."),
        ("band = [0.0]", "[sweep] band: 0.0 is none. Give shares above 0, such as 0.1 for ±10%."),
        ("band = [nan]", "[sweep] band: nan is none."),
        ("band.wrkload = [0.1]", "'wrkload' is not a measure. Did you mean 'workload'?"),
        ("budget = [0.1]", "[sweep] budget needs a measure: budget = { revenue = [0.1, 0.2] }."),
        (
            "budget.workload = [1.1]",
            "[sweep] budget.workload: 1.1 is none. Give shares from 0 to 1",
        ),
        ("growth.workload = [-1]", "[sweep] growth.workload: -1 is none. Give shares above -1"),
        ("growth = [0.1]", "[sweep] growth must be like { revenue = [0.0, 0.12] } or"),
        (
            'growth = [{ scale = "workload", teritory = "T1", by = [0.1] }]',
            "[sweep] growth of 'workload' has no setting 'teritory'. Did you mean 'territory'?",
        ),
        (
            'growth = [{ scale = "workload", by = [0.1] }, { scale = "workload", by = [0.2] }]',
            "[sweep] growth.workload is there 2 times. Keep one.",
        ),
        ('scenario = ["a hiree"]', "there is no scenario 'a hiree'. Did you mean 'a hire'?"),
        ("seed = [-1]", "[sweep] seed: -1 is none. Give whole numbers from 0."),
    ],
)
def test_faults(tmp_path: Path, text: str, told: str) -> None:
    """What is wrong is said with its place, and what to do."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, f"[sweep]\n{text}\n")
    assert told in str(caught.value)


def test_too_many_cells(tmp_path: Path) -> None:
    """A grid that nobody can wait for is refused before anything is read."""
    values = list(range(1, 500))
    with pytest.raises(InputError, match="249,001 cells; 100,000 are allowed"):
        read(tmp_path, f"[sweep]\nheadcount = {values}\nseed = {values}\n")


def vary(tmp_path: Path, *texts: str) -> Sweep | None:
    """Return what `--vary` makes of a project."""
    return read_varied(read_settings(write_project(tmp_path, plan=PLAN + SCENARIO)), texts)


def test_vary(tmp_path: Path) -> None:
    """Ranges and lists say the same as plan.toml does, in exact steps."""
    sweep = vary(
        tmp_path,
        "headcount=3:7:2",
        "seed=1:3",
        "band=0.05:0.15:0.05",
        "budget.workload=0.2",
        "growth.workload[territory=T1]=0, 0.12",
        "scenario=base,a hire",
    )
    assert vary(tmp_path) is None
    assert sweep is not None
    assert dict(zip(sweep.names, (p.values for p in sweep.parameters), strict=True)) == {
        "headcount": (3, 5, 7),
        "seed": (1, 2, 3),
        "band": (0.05, 0.1, 0.15),
        "budget.workload": (0.2,),
        "growth.workload[territory=T1]": (0.0, 0.12),
        "scenario": ("base", "a hire"),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("headcount", "'headcount' names no values. Write it like headcount=50:70:5"),
        ("headcount=3:x", "'3:x' is no number, nor first:last:step."),
        ("headcount=7:3", "'7:3' is no number"),
        ("headcount=1:1000000000", "is no number"),
        ("headcount=3.5", "'3.5' is no number"),
        ("band=0.1:0.2", "'0.1:0.2' is no number, nor first:last:step."),
        ("band=inf", "'inf' is no number"),
        ("budget.workload=2", "--vary budget.workload: 2.0 is none."),
        ("size=3", "--vary has no setting 'size'."),
        ("band[territory=T1]=0.1", "only growth can be that of some accounts."),
    ],
)
def test_vary_faults(tmp_path: Path, text: str, told: str) -> None:
    """What is wrong on the command line is said as in plan.toml."""
    with pytest.raises(InputError) as caught:
        vary(tmp_path, text)
    assert told in str(caught.value)


def test_vary_twice(tmp_path: Path) -> None:
    """All faults are told at once."""
    with pytest.raises(InputError, match="3 problems") as caught:
        vary(tmp_path, "seed=1", "seed=2", "band=0.1", "band.workload=0.2", "headcnt=1")
    assert str(caught.value).count("is varied twice. Keep one.") == 2
