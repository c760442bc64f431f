"""From files to `Problem`: measures, targets, territories, placement, families, locks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territory_planner.config import read_settings
from territory_planner.domain.problem import NONE
from territory_planner.errors import InfeasibleError
from territory_planner.geography.projection import to_lonlat
from territory_planner.intake import check, read_problem
from tests.intake.projects import ACCOUNTS, PLAN, REPS, refused, write_project

MEASURES = (
    PLAN
    + """
[[measure]]
name = "visits"
unit = "h/yr"
product = ["hours", "revenue"]
divide_by = 1000
target = "equal"

[[measure]]
name = "accounts"
unit = "accounts"
count = true
"""
)


def with_column(name: str, values: list[str], text: str = ACCOUNTS) -> str:
    """Return a table with one more column."""
    return "".join(
        f"{line},{value}\n" for line, value in zip(text.splitlines(), [name, *values], strict=True)
    )


def test_path_folder_and_settings(tmp_path: Path) -> None:
    """A folder, its plan.toml and settings already read give the same problem."""
    folder = write_project(tmp_path)
    problem = read_problem(folder)
    assert read_problem(str(folder / "plan.toml")) == problem
    assert read_problem(read_settings(folder)) == problem


def test_measures(tmp_path: Path) -> None:
    """A measure is a column, a product of columns over a number, or one per account."""
    problem = read_problem(write_project(tmp_path, plan=MEASURES))
    hours = np.arange(10.0, 70, 10)
    assert (
        problem.accounts.activity.tolist()
        == np.column_stack([hours, hours * hours * 100 / 1000, np.ones(6)]).tolist()
    )


def test_targets(tmp_path: Path) -> None:
    """Targets follow capacity, or are equal where that is said; they sum to the total."""
    problem = read_problem(write_project(tmp_path, plan=MEASURES))
    assert problem.target[:, 0].tolist() == [105.0, 52.5, 52.5]
    assert problem.target[:, 1] == pytest.approx(np.full(3, 9100 / 10 / 3))
    assert problem.target.sum(axis=0) == pytest.approx(problem.activity.sum(axis=0))


def test_territories(tmp_path: Path) -> None:
    """A row without a rep is a vacancy; without territory ids the rep's id is the territory's."""
    reps = REPS.replace("T3,South,R3,Cat Cox,cat@example.com,50.4,8.4", "T3,South,,,,,")
    problem = read_problem(write_project(tmp_path / "a", reps=reps))
    assert [t.is_vacant for t in problem.territories] == [False, False, True]
    assert problem.territories[2].home is None
    alone = "rep_id,rep,latitude,longitude\nR1,Ann,50,8\nR2,Ben,50.2,8.2\n"
    accounts = ACCOUNTS.replace(",T3", ",").replace("T1", "R1").replace("T2", "R2")
    problem = read_problem(write_project(tmp_path / "b", accounts, alone))
    assert [(t.id, t.name, t.share) for t in problem.territories] == [
        ("R1", "Ann", 1.0),
        ("R2", "Ben", 1.0),
    ]


def test_free_centers_need_no_homes(tmp_path: Path) -> None:
    """With free centers a rep without home is no fault."""
    reps = REPS.replace("50.2,8.2", ",")
    folder = write_project(tmp_path, reps=reps, plan=PLAN + '[criteria]\ncenters = "free"\n')
    assert read_problem(folder).territories[1].home is None


def test_metres(tmp_path: Path) -> None:
    """Positions are metres of the problem's own projection, of accounts and homes alike."""
    problem = read_problem(write_project(tmp_path))
    lonlat = to_lonlat(problem.crs, problem.accounts.xy)
    assert lonlat[2] == pytest.approx((8.2, 50.2), abs=1e-7)
    assert problem.home[0] == pytest.approx(problem.accounts.xy[0])
    assert np.hypot(*(problem.accounts.xy[0] - problem.accounts.xy[1])) == pytest.approx(
        13_230, abs=60
    )


def test_placement(tmp_path: Path) -> None:
    """Coordinates go first, then the postal code, then the city; each is counted and told."""
    text = with_column("city", ["", "", "", "", "", "Springfield"], ACCOUNTS)
    text = with_column("state", ["", "", "", "", "", "IL"], text)
    text = with_column("postal_code", ["10001", "10001", "", "", "", ""], text)
    text = text.replace("50.1,8.1", ",").replace("50.5,8.5", ",")
    plan = PLAN.replace("[data]", '[data]\ncountry = "US"')
    folder = write_project(tmp_path, text, plan=plan)
    problem = read_problem(folder)
    by = ["coordinates", "postal code", *["coordinates"] * 3, "city"]
    assert problem.accounts.placed_by.tolist() == by
    lonlat = to_lonlat(problem.crs, problem.accounts.xy)
    assert lonlat[5] == pytest.approx((-89.65, 39.8), abs=0.2)
    assert check(folder).placed == {"city": 1, "coordinates": 4, "postal code": 1}
    assert problem.notes == (
        "1 account without coordinates was put at the postal code's point.",
        "1 account without coordinates was put at the city's centre.",
    )


def test_left_out(tmp_path: Path) -> None:
    """Accounts without a place are left out when the settings say so, and told."""
    plan = PLAN.replace("[data]", '[data]\nunplaced = "leave out"')
    folder = write_project(tmp_path, ACCOUNTS.replace("50.1,8.1", ","), plan=plan)
    problem = read_problem(folder)
    assert problem.accounts.ids.tolist() == ["A1", "A3", "A4", "A5", "A6"]
    assert problem.accounts.current.tolist() == [0, 1, 1, 2, NONE]
    assert problem.notes == ("1 account could not be placed and was left out: A2.",)
    assert check(folder).placed == {"coordinates": 5, "left out": 1}


def test_long_name(tmp_path: Path) -> None:
    """A name is kept whole, however long CRMs allow it to be."""
    name = "Alder & Sons " * 20
    problem = read_problem(write_project(tmp_path, ACCOUNTS.replace("Alder", name)))
    assert problem.accounts.names[0] == name.strip()


def test_every_account_left_out_is_listed(tmp_path: Path) -> None:
    """The report and the check name each account that could not be placed; a screen is cut."""
    plan = PLAN.replace("[data]", '[data]\nunplaced = "leave out"')
    lost = [f"B{i}" for i in range(400)]
    rows = "".join(f"{id_},Beech,,,1,1,\n" for id_ in lost)
    found = check(write_project(tmp_path, ACCOUNTS + rows, plan=plan))
    assert found.left_out == tuple(lost)
    assert found.notes[0].endswith(f"were left out: {', '.join(lost)}.")
    assert "… (whole with --json)" in str(found)
    assert "B399" not in str(found)


def test_all_left_out(tmp_path: Path) -> None:
    """When no account has a place there is nothing to plan."""
    plan = PLAN.replace("[data]", '[data]\nunplaced = "leave out"')
    text = "id,hours\nA1,1\n"
    assert "no account could be placed on the map" in refused(
        write_project(tmp_path, text, plan=plan)
    )


def test_every_account_its_own_unit(tmp_path: Path) -> None:
    """Without areas the units are the accounts; a named one is marked."""
    text = with_column("named", ["", "yes", "0", "no", "", "1"])
    problem = read_problem(write_project(tmp_path, text))
    assert problem.units.ids.tolist() == problem.accounts.ids.tolist()
    assert problem.accounts.unit.tolist() == list(range(6))
    assert problem.units.named.tolist() == [False, True, False, False, False, True]
    assert problem.units.shapes == ()


def test_named_must_be_yes_or_no(tmp_path: Path) -> None:
    """Anything else than yes or no marks nothing and is told."""
    text = with_column("named", ["", "maybe", "", "", "", ""])
    message = refused(write_project(tmp_path, text))
    assert "column 'named' must be yes or no: 1 line is not, e.g. line 3 (A2: 'maybe')" in message


def test_families(tmp_path: Path) -> None:
    """Accounts of a family, and the parent that they name by id, form a group."""
    text = with_column("family", ["", "A1", "A1", "F", "F", "alone"])
    plan = PLAN + "[criteria]\nkeep_together = true\n"
    problem = read_problem(write_project(tmp_path, text, plan=plan))
    assert problem.group.tolist() == [0, 0, 0, 1, 1, NONE]
    problem = read_problem(write_project(tmp_path, text))
    assert problem.group.tolist() == [NONE] * 6
    assert problem.notes == (
        "Column 'family' was not used; [criteria] keep_together = true would use it.",
    )


SKILLED = PLAN + "[criteria]\nuse_skills = true\n"
SKILLED_REPS = "".join(
    f"{line},{skills}\n"
    for line, skills in zip(
        REPS.splitlines(), ["skills", "health care", "Health Care; public", ""], strict=True
    )
)


def test_skills(tmp_path: Path) -> None:
    """Skills become classes of units and are compared without regard to case."""
    text = with_column("skills", ["", "HEALTH CARE", "public;health care", "", "", ""])
    problem = read_problem(write_project(tmp_path, text, SKILLED_REPS, SKILLED))
    assert problem.required_skills[0] == frozenset()
    assert problem.allowed[problem.skill_class].tolist() == [
        [True, True, True],
        [True, True, False],
        [False, True, False],
        *[[True, True, True]] * 3,
    ]


def test_skill_nobody_has(tmp_path: Path) -> None:
    """A skill that nobody has makes a plan impossible, told with numbers and the nearest one."""
    text = with_column("skills", ["", "healthcare", "", "public;healthcare", "", ""])
    with pytest.raises(InfeasibleError, match="No alignment") as caught:
        read_problem(write_project(tmp_path, text, SKILLED_REPS, SKILLED))
    (conflict,) = caught.value.conflicts
    assert conflict.criteria == (
        "2 accounts require the skill 'healthcare': A2, A4",
        "0 of 3 reps have it",
    )
    assert "Did you mean 'health care'?" in conflict.remedy


def test_skills_nobody_has_together(tmp_path: Path) -> None:
    """Skills that nobody has together are told."""
    reps = SKILLED_REPS.replace("Health Care; public", "public")
    text = with_column("skills", ["", "health care;public", "", "", "", ""])
    with pytest.raises(InfeasibleError, match="0 of 3 reps have them together") as caught:
        read_problem(write_project(tmp_path, text, reps, SKILLED))
    assert caught.value.conflicts[0].criteria[0] == (
        "1 account requires the skills 'health care' and 'public': A2"
    )


def test_locks(tmp_path: Path) -> None:
    """Locks and forbidden pairs name accounts, or units, which are the same here."""
    plan = (
        PLAN
        + """
[[lock]]
account = "A1"
territory = "T2"
[[lock]]
unit = "A2"
territory = "T3"
[[forbid]]
account = "A6"
territory = "T1"
"""
    )
    problem = read_problem(write_project(tmp_path, plan=plan))
    assert problem.locked.tolist() == [1, 2, NONE, NONE, NONE, NONE]
    assert problem.forbidden.tolist() == [[5, 0]]


LOCK = '[[lock]]\naccount = "A1"\nterritory = "T1"\n'


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (
            '[[lock]]\naccount = "A9"\nterritory = "T1"',
            "[[lock]] 1: there is no account 'A9' (nearest is",
        ),
        (
            '[[lock]]\nunit = "A9"\nterritory = "T1"',
            "[[lock]] 1: there is no unit 'A9' (nearest is",
        ),
        (
            '[[forbid]]\naccount = "A1"\nterritory = "T9"',
            "[[forbid]] 1: there is no territory 'T9'",
        ),
        (
            LOCK + LOCK.replace("T1", "T2"),
            "[[lock]] 2 locks 'A1' to 'T2', and another lock to 'T1'. Keep one of them.",
        ),
        (
            LOCK + LOCK.replace("lock", "forbid"),
            "[[forbid]] 1 forbids 'A1' in 'T1', where a lock holds it. Keep one of them.",
        ),
    ],
)
def test_wrong_locks(tmp_path: Path, entry: str, sentence: str) -> None:
    """Locks that name nothing, or clash, are told with their number and the nearest id."""
    message = refused(write_project(tmp_path, plan=PLAN + entry))
    assert "plan.toml: 1 problem found." in message
    assert sentence in message


def test_neighbours_of_accounts(tmp_path: Path) -> None:
    """Accounts in a row are linked in a row; a named account stands outside."""
    plan = PLAN + '[units]\nneighbours = "gabriel"\n[criteria]\ncontiguous = true\n'
    text = with_column("named", ["", "1", "", "", "", ""])
    problem = read_problem(write_project(tmp_path, text, plan=plan))
    assert problem.contiguity.tolist() == [[0, 2], [2, 3], [3, 4], [4, 5]]


def test_whole_globe(tmp_path: Path) -> None:
    """Data that spans continents is planned with a warning about distances."""
    text = ACCOUNTS.replace("50.5,8.5", "-33.9,151.2").replace("50.4,8.4", "40.7,-74")
    notes = read_problem(write_project(tmp_path, text)).notes
    assert any("plan continents one by one" in note for note in notes)


def test_backdrop(tmp_path: Path) -> None:
    """Line layers come as lines, borders of areas drawn once."""
    import shapely

    square = '{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[%s]]}}'
    features = ",".join(
        square % "[0,0],[1,0],[1,1],[0,1],[0,0]".replace("[1", f"[{x + 1}").replace("[0", f"[{x}")
        for x in (0, 1)
    )
    states = f'{{"type":"FeatureCollection","features":[{features}]}}'
    plan = PLAN + '[map]\nlines = { "State lines" = "states.geojson" }\n'
    folder = write_project(tmp_path, plan=plan, states_geojson=states)
    lines = shapely.from_wkb(read_problem(folder).backdrop["State lines"])
    assert lines.geom_type == "MultiLineString"
    assert lines.length == 7.0


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.permutations(range(6)))
def test_order_of_rows(tmp_path: Path, order: list[int]) -> None:
    """Rows in another order give the same accounts in that order, and the same targets."""
    head, *rows = with_column("family", ["", "A1", "", "F", "F", ""]).splitlines()
    plan = MEASURES + "[criteria]\nkeep_together = true\n"
    plain = read_problem(write_project(tmp_path / "plain", "\n".join([head, *rows]), plan=plan))
    mixed = "\n".join([head, *(rows[i] for i in order)])
    other = read_problem(write_project(tmp_path / "other", mixed, plan=plan))
    assert other.accounts.ids.tolist() == plain.accounts.ids[order].tolist()
    assert other.accounts.activity.tolist() == plain.accounts.activity[order].tolist()
    assert other.accounts.current.tolist() == plain.accounts.current[order].tolist()
    assert np.allclose(other.accounts.xy, plain.accounts.xy[order])
    assert np.allclose(other.target, plain.target)
    together = plain.group[order]
    assert ((other.group[:, None] == other.group) == (together[:, None] == together)).all()


def test_report(tmp_path: Path) -> None:
    """`check` counts what was read and reads well."""
    report = check(write_project(tmp_path))
    assert (report.accounts, report.territories, report.units, report.edges) == (6, 3, 6, 0)
    assert str(report).startswith(
        "Territory plan: the files can be planned from.\n  6 accounts in 6 units\n"
    )
    assert "  workload: 210 h/yr" in str(report)
