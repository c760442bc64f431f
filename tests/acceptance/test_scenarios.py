"""Scenarios from the command line, on a project of a few accounts."""

from __future__ import annotations

import json
from pathlib import Path

from territory_planner.store.plan_file import load_plan
from territory_planner.store.runs import Store
from tests.acceptance.conftest import run, write_project

ACCOUNTS = [
    "id,latitude,longitude,hours,current",
    *(f"A{i},{50 + 0.01 * i},{8 + 0.005 * (i % 7)},10,T{1 + i // 20}" for i in range(40)),
]
REPS = ["territory_id,latitude,longitude", "T1,50.1,8.0", "T2,50.3,8.0"]
SCENARIOS = """
[[scenario]]
name = "a hire, part time"
edits = [{ open_territory = "T3", latitude = 50.2, longitude = 8.0, share = 0.5 }]

[[scenario]]
name = "and a leaver"
parent = "a hire, part time"
edits = [{ close_territory = "T1" }]

[[scenario]]
name = "too many moves"
budgets = { workload = 0.0 }
edits = [{ set_share = "T1", share = 3 }]
"""


def test_all_scenarios_are_planned_beside_the_base(tmp_path: Path) -> None:
    """Each in its folder; one that cannot be is told with its reason, and stops no other."""
    project = write_project(tmp_path, ACCOUNTS, REPS, SCENARIOS)
    done = run("scenarios", project, "--json")
    assert done.code == 0, done.err
    found = {one["name"]: one for one in json.loads(done.out)["scenarios"]}
    assert list(found) == ["base", "a hire, part time", "and a leaver", "too many moves"]
    assert [one.get("territories") for one in found.values()] == [2, 3, 2, None]
    assert "No alignment satisfies these criteria together" in found["too many moves"]["why"]
    hire = load_plan(found["a hire, part time"]["plan"])
    assert hire.problem.target[:, 0].tolist() == [160, 160, 80]
    assert Path(found["a hire, part time"]["plan"]).parent.name == "a-hire-part-time"
    assert Path(found["and a leaver"]["report"]).is_file()
    table = run("scenarios", project).out
    assert "no plan" in table
    assert "too many moves: No alignment" in table


WHAT_IFS = """
[[scenario]]
name = "more and fewer"
criteria = { max_distance_km = 200 }
edits = [
  { add_accounts = "new.csv" },
  { add_accounts = { id = "N3", latitude = 50.2, longitude = 8.0, workload = 10 } },
  { remove_accounts = { trade = "wood" } },
  { scale = "workload", by = 1.0, where = { trade = "Zinc" } },
  { split_territory = "T2", into = "T3" },
]

[[scenario]]
name = "from last year"
start = "last/plan.plan"
adopt = true
budgets = { workload = 0.0 }
"""


def test_what_ifs_of_all_kinds(tmp_path: Path) -> None:
    """Accounts of a table and in place, filters, a split, a criterion, and a saved plan."""
    traded = [f"{row},{'trade' if not i else 'wood' if i > 36 else 'steel'}"
              for i, row in enumerate(ACCOUNTS)]  # fmt: skip
    project = write_project(tmp_path, traded, REPS, "")
    assert run("plan", project, "--out", project / "last").code == 0
    write_project(tmp_path, traded, REPS, WHAT_IFS)
    new = "id,latitude,longitude,hours,trade\nN1,50.1,8.01,10,zinc\nN2,50.3,8.01,10,tin\n"
    (project / "new.csv").write_text(new, encoding="utf-8")
    done = run("scenarios", project, "--json")
    assert done.code == 0, done.err
    found = {one["name"]: one for one in done.json["scenarios"]}
    plan = load_plan(found["more and fewer"]["plan"])
    assert plan.problem.accounts.ids[-4:].tolist() == ["A35", "N1", "N2", "N3"]
    assert plan.problem.accounts.activity[-4:, 0].tolist() == [10, 20, 10, 10]
    assert [t.id for t in plan.problem.territories] == ["T1", "T2", "T3"]
    assert plan.criteria.max_distance_km == 200
    assert "vacant" in Path(found["more and fewer"]["report"]).read_text("utf-8")
    assert found["from last year"]["moved_accounts"] == 0
    assert (
        load_plan(project / "last" / "plan.plan").alignment
        == load_plan(found["from last year"]["plan"]).alignment
    )
    replayed = run("replay", found["more and fewer"]["run"], "--project", project)
    assert "The project's files are those that it was made from" in replayed.out, replayed.err
    (project / "new.csv").write_text(new.replace("hours", "hour"), encoding="utf-8")
    replayed = run("replay", found["more and fewer"]["run"], "--project", project)
    assert "new.csv has changed" in replayed.out
    refused = run("plan", project, "--scenario", "more and fewer")
    assert refused.code == 2
    assert "column 'hours' (measure 'workload') is missing" in refused.err
    # The base does not need the table.
    assert run("plan", project).code == 0


def test_stress_of_a_sample(sample: Path, tmp_path: Path) -> None:
    """By manager and by segment, as text, values and a page."""
    plan, page = sample / "out" / "plan.plan", tmp_path / "stress.html"
    done = run("stress", plan, "--manager", "Diego Meyer", "--leavers", "1", "--html", page)
    assert done.code == 0, done.err
    assert "1 rep of Diego Meyer's team leaves" in done.out
    assert str(page) in done.out
    assert "Will the plan last?" in page.read_text("utf-8")
    values = run("stress", plan, "--segment", "segment", "--segment-demand", "0.1", "--json").json
    assert sum(values["out_of_band"]) == values["draws"] == 500
    assert values["expected_out"] > 0
    assert run("stress", plan, "--segment", "segment", "--json").json == values
    wrong = run("stress", plan, "--segment", "segmnt")
    assert wrong.code == 2
    assert "Did you mean 'segment'?" in wrong.err


def test_one_scenario_is_planned_alone(tmp_path: Path) -> None:
    """With the edits of those it starts from; an unknown name is told with the nearest."""
    project = write_project(tmp_path, ACCOUNTS, REPS, SCENARIOS)
    done = run("plan", project, "--scenario", "and a leaver", "--json")
    assert done.code == 0, done.err
    plan = load_plan(project / "out" / "plan.plan")
    assert [t.id for t in plan.problem.territories] == ["T2", "T3"]
    refused = run("plan", project, "--scenario", "a leaver")
    assert refused.code == 2
    assert "Did you mean 'and a leaver'?" in refused.err


EFFORTS = """
[[scenario]]
name = "long"
solve = { time_limit_s = 7, relative_gap = 0.01, seed = 3 }

[[scenario]]
name = "half of it"
parent = "long"
solve = { seed = 4 }
edits = [{ set_share = "T1", share = 0.5 }]
"""


def test_scenarios_have_an_effort_of_their_own(tmp_path: Path) -> None:
    """Together, alone and in a sweep, as the store says; what the command line says goes before."""
    project = write_project(tmp_path, ACCOUNTS, REPS, EFFORTS)

    def efforts() -> list[tuple[str | None, float, float, int]]:
        store = Store.open(project / "runs.sqlite")
        runs = [store.record(run.id) for run in reversed(store.history())]
        found = [
            (r.scenario, r.options["time_limit_s"], r.options["relative_gap"], r.options["seed"])
            for r in runs
        ]
        (project / "runs.sqlite").unlink()
        return found

    usual = [(None, 5.0, 1e-4, 1), ("long", 7.0, 0.01, 3), ("half of it", 7.0, 0.01, 4)]
    done = run("scenarios", project)
    assert done.code == 0, done.err
    assert efforts() == usual
    for about in ("5 s", "7 s"):
        assert f"40 units, {about} at most" in done.err
    assert run("scenarios", project, "--seed", "9", "--time-limit", "4").code == 0
    assert efforts() == [(name, 4.0, gap, 9) for name, _, gap, _ in usual]
    assert run("plan", project, "--scenario", "half of it").code == 0
    assert run("plan", project, "--scenario", "half of it", "--seed", "9").code == 0
    assert run("plan", project, "--scenario", "half of it", "--time-limit", "4").code == 0
    assert efforts() == [
        ("half of it", *rest) for rest in ((7, 0.01, 4), (7, 0.01, 9), (4, 0.01, 4))
    ]
    varied = ("--vary", "scenario=base,long,half of it", "--workers", "1")
    assert run("sweep", project, *varied).code == 0
    again = run("sweep", project, *varied)
    assert "3 cells, 3 known already" in again.err
    assert efforts() == usual
    assert run("sweep", project, *varied, "--vary", "seed=8", "--time-limit", "4").code == 0
    assert efforts() == [(name, 4.0, gap, 8) for name, _, gap, _ in usual]
    refused = write_project(tmp_path, ACCOUNTS, REPS, EFFORTS.replace("_limit_s", "limit"))
    assert "Did you mean 'time_limit_s'?" in run("scenarios", refused).err


def test_edits_that_cannot_be_made_are_told_together(tmp_path: Path) -> None:
    """Of all scenarios, before anything is planned."""
    wrong = """
[[scenario]]
name = "one"
edits = [{ close_territory = "T9" }]
[[scenario]]
name = "two"
edits = [{ lock = "A99", territory = "T1" }]
"""
    project = write_project(tmp_path, ACCOUNTS, REPS, wrong)
    refused = run("scenarios", project)
    assert refused.code == 2
    assert "[[scenario]] 'one' edit 1: there is no territory or rep 'T9'" in refused.err
    assert "[[scenario]] 'two' edit 1: there is no account 'A99'" in refused.err
    assert not (project / "out").exists()


def test_a_project_without_scenarios_says_how_to_write_one(tmp_path: Path) -> None:
    """Exit code 2 and an example."""
    refused = run("scenarios", write_project(tmp_path, ACCOUNTS, REPS))
    assert refused.code == 2
    assert "[[scenario]]" in refused.err


def test_why_an_account_is_where_it_is(tmp_path: Path) -> None:
    """From a saved plan, as sentences and as JSON; an unknown account exits with 2."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    assert run("plan", project).code == 0
    plan = project / "out" / "plan.plan"
    told = run("why", plan, "A3")
    assert told.code == 0, told.err
    assert told.out.startswith("A3")
    assert "planned  T1" in told.out
    assert json.loads(run("why", plan, "A3", "--json").out)["territory"] == "T1"
    refused = run("why", plan, "A333")
    assert refused.code == 2
    assert "there is no account 'A333'" in refused.err


def test_manual_edits_are_kept_and_the_bands_held(tmp_path: Path) -> None:
    """From words and from a table; the repaired plan is a file like any other."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    assert run("plan", project).code == 0
    plan = project / "out" / "plan.plan"
    (tmp_path / "moves.csv").write_text("account,territory\nA30,T1\n", encoding="utf-8")
    done = run("repair", plan, "--move", "A31=T1", "--moves", tmp_path / "moves.csv", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert sorted(found["edited"]) == ["A30", "A31"]
    assert not {"A30", "A31"} & set(found["moved"])
    assert found["moved_share_bound"] <= found["moved_share"] + 1e-9
    assert found["is_proven"] == ((1 - 1e-4) * found["moved_share"] <= found["moved_share_bound"])
    assert run("compare", plan, found["plan"]).code == 0
    told = run("repair", plan, "--move", "A31=T1").out
    assert "1 account moved by hand, all kept" in told
    again = run("repair", found["plan"], "--move", "A31=T2")
    assert again.code == 2
    assert "is locked to 'T1' already, by a rule, another edit or an earlier repair" in again.err
    assert "repair the plan from before that" in again.err


def test_wrong_edits_are_told_together(tmp_path: Path) -> None:
    """Of words and of a table, with their lines, and exit code 2."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    assert run("plan", project).code == 0
    plan, table = project / "out" / "plan.plan", tmp_path / "moves.csv"
    table.write_text("account,territory\nA1,\nA2,T1\nA2,T2\n", encoding="utf-8")
    refused = run("repair", plan, "--move", "A5", "--moves", table)
    assert refused.code == 2
    assert "--move A5" in refused.err
    assert "moves.csv line 2" in refused.err
    assert "'A2' goes to 'T2' here, and to 'T1'" in refused.err
    table.write_text("account,territory\nA99,T1\nA1,T9\nA3,\n", encoding="utf-8")
    refused = run("repair", plan, "--moves", table)
    told = refused.err.replace(": 1 problem found.\n  -", ":")
    assert "moves.csv line 2: there is no account 'A99'" in told
    assert "moves.csv line 3: there is no territory or rep 'T9'" in told
    assert "moves.csv line 4: an account and a territory are needed" in told
    table.write_text("id,territory\nA1,T1\n", encoding="utf-8")
    assert "column 'account' is missing" in run("repair", plan, "--moves", table).err
    assert "there is no edit" in run("repair", plan).err
    assert run("repair", plan, "--moves", tmp_path / "none.csv").code == 2


def test_whether_a_plan_lasts(tmp_path: Path) -> None:
    """As a table and as JSON; what cannot be drawn exits with 2."""
    project = write_project(tmp_path, ACCOUNTS, REPS)
    assert run("plan", project).code == 0
    plan = project / "out" / "plan.plan"
    assert "Weakest" in run("stress", plan, "--draws", "20").out
    found = json.loads(run("stress", plan, "--draws", "20", "--demand", "0", "--json").out)
    assert found["expected_out"] == 0
    refused = run("stress", plan, "--leavers", "2")
    assert refused.code == 2
    assert "one has to stay" in refused.err
