"""Accounts rolled up into areas: polygons by key or by place, and Voronoi cells of points."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from territory_planner.domain.problem import NONE, Problem
from territory_planner.intake import check, read_problem
from tests.intake.projects import PLAN, REPS, refused, write_project

# Four areas in a square, two by two, each a degree wide.
CORNERS = {"SW": (8, 49), "SE": (9, 49), "NW": (8, 50), "NE": (9, 50)}
ACCOUNTS = """id,latitude,longitude,hours,county,current,named,family,skills
A1,49.5,8.5,10,SW,T1,,,
A2,49.6,8.6,20,SW,T1,,,
A3,49.5,9.5,30,SE,T2,,,
A4,50.5,9.5,40,NE,T2,,,
"""
AREA = PLAN + '[units]\nkind = "area"\nfile = "counties.geojson"\nid = "code"\n'
KEYED = AREA + 'key = "county"\n'
VORONOI = (
    PLAN
    + '[units]\nkind = "voronoi"\nfile = "points.csv"\nid = "code"\noutline = "outline.geojson"\n'
)
POINTS = "code,lat,lon\n" + "".join(f"{c},{y + 0.5},{x + 0.5}\n" for c, (x, y) in CORNERS.items())
OUTLINE = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":'
    '{"type":"Polygon","coordinates":[[[8,49],[10,49],[10,51],[8,51],[8,49]]]}}]}'
)
ALL = "[criteria]\ncontiguous = true\nkeep_together = true\nuse_skills = true\n"


def project(folder: Path, accounts: str = ACCOUNTS, plan: str = AREA, reps: str = REPS) -> Path:
    boxes = [shapely.box(x, y, x + 1, y + 1) for x, y in CORNERS.values()]
    write_project(folder, accounts, reps, plan, points_csv=POINTS, outline_geojson=OUTLINE)
    gpd.GeoDataFrame({"code": list(CORNERS)}, geometry=boxes, crs=4326).to_file(
        folder / "counties.geojson"
    )
    return folder


def units_of_accounts(problem: Problem) -> list[str]:
    return [str(id_) for id_ in problem.units.ids[problem.accounts.unit]]


@pytest.mark.parametrize("plan", [AREA, KEYED, VORONOI, VORONOI + 'key = "county"\n'])
def test_roll_up(tmp_path: Path, plan: str) -> None:
    """By place or by key, in polygons or in cells, accounts come into the same areas."""
    problem = read_problem(project(tmp_path, plan=plan))
    assert problem.units.ids.tolist() == list(CORNERS)
    assert units_of_accounts(problem) == ["SW", "SW", "SE", "NE"]
    assert problem.activity[:, 0].tolist() == [30, 30, 0, 40]
    assert [shapely.from_wkb(s).geom_type for s in problem.units.shapes] == ["Polygon"] * 4
    assert problem.notes[-1].startswith("1 of 4 areas hold no account")
    neighbours = {tuple(problem.units.ids[edge]) for edge in problem.contiguity}
    sides = {("SW", "SE"), ("SW", "NW"), ("SE", "NE"), ("NW", "NE")}
    # Cells of points on a grid of degrees also meet along a short diagonal.
    assert neighbours - sides <= {("SE", "NW"), ("SW", "NE")}
    assert sides <= neighbours


def test_named_account_leaves_its_area(tmp_path: Path) -> None:
    """A named account is a unit of its own, outside contiguity, and its area stays."""
    problem = read_problem(
        project(tmp_path, ACCOUNTS.replace("SW,T1,,,\nA2", "SW,T1,1,,\nA2"), KEYED + ALL)
    )
    assert units_of_accounts(problem) == ["A1", "SW", "SE", "NE"]
    assert problem.units.named.tolist() == [False] * 4 + [True]
    assert problem.units.shapes[4] == b""
    assert problem.units.xy[4] == pytest.approx(problem.accounts.xy[0])
    assert problem.contiguity.max() == 3


def test_account_outside_all_areas_may_be_named(tmp_path: Path) -> None:
    """A named account needs no area."""
    accounts = ACCOUNTS.replace("10,SW,T1,", "10,XX,T1,1")
    assert units_of_accounts(read_problem(project(tmp_path, accounts, KEYED)))[0] == "A1"


def test_locked_account_leaves_its_area(tmp_path: Path) -> None:
    """A locked or forbidden account leaves its area; a locked unit is the area itself."""
    plan = (
        KEYED
        + """
[[lock]]
account = "A1"
territory = "T2"
[[forbid]]
account = "A3"
territory = "T1"
[[lock]]
unit = "NE"
territory = "T3"
"""
    )
    problem = read_problem(project(tmp_path, plan=plan))
    assert units_of_accounts(problem) == ["A1", "SW", "A3", "NE"]
    assert problem.locked.tolist() == [NONE, NONE, NONE, 2, 1, NONE]
    assert problem.forbidden.tolist() == [[5, 0]]


def test_scattered_family_leaves_its_areas(tmp_path: Path) -> None:
    """A family in two areas leaves both and is a group; one within an area stays."""
    accounts = ACCOUNTS.replace("T1,,,", "T1,,F,", 1).replace("T2,,,", "T2,,F,", 1)
    problem = read_problem(project(tmp_path, accounts, KEYED + ALL))
    assert units_of_accounts(problem) == ["A1", "SW", "A3", "NE"]
    assert problem.group.tolist() == [NONE] * 4 + [0, 0]
    accounts = ACCOUNTS.replace("T1,,,", "T1,,F,")
    problem = read_problem(project(tmp_path, accounts, KEYED + ALL))
    assert units_of_accounts(problem) == ["SW", "SW", "SE", "NE"]
    assert problem.group.tolist() == [NONE] * 4


def test_family_follows_its_named_member(tmp_path: Path) -> None:
    """When one account of a family leaves its area the others leave with it."""
    accounts = ACCOUNTS.replace("T1,,,", "T1,1,F,", 1).replace("T1,,,", "T1,,F,")
    problem = read_problem(project(tmp_path, accounts, KEYED + ALL))
    assert units_of_accounts(problem) == ["A1", "A2", "SE", "NE"]
    assert problem.group.tolist() == [NONE] * 4 + [0, 0]


def test_skilled_account_leaves_its_area(tmp_path: Path) -> None:
    """An account that requires a skill does not bind its whole area to it."""
    reps = "".join(
        f"{line},{s}\n" for line, s in zip(REPS.splitlines(), ["skills", "x", "", ""], strict=True)
    )
    accounts = ACCOUNTS.replace("T1,,,", "T1,,,x", 1)
    problem = read_problem(project(tmp_path, accounts, KEYED + ALL, reps))
    assert units_of_accounts(problem) == ["A1", "SW", "SE", "NE"]
    assert problem.skill_class.tolist() == [0, 0, 0, 0, 1]


def test_named_account_with_the_id_of_an_area(tmp_path: Path) -> None:
    """A unit's id is one thing's only."""
    accounts = ACCOUNTS.replace("A1", "NE").replace("SW,T1,,,", "SW,T1,1,,", 1)
    message = refused(project(tmp_path, accounts, KEYED))
    assert "ids of named accounts must differ from those of areas" in message


def test_unknown_key(tmp_path: Path) -> None:
    """An account whose key names no area is told with the nearest one."""
    message = refused(project(tmp_path, ACCOUNTS.replace("30,SE", "30,SSE"), KEYED))
    assert "column 'county' must name an area of counties.geojson: 1 line does not" in message
    assert "e.g. line 4 (A3: 'SSE', nearest is 'SE'" in message


def test_key_column_missing(tmp_path: Path) -> None:
    """A key that the accounts lack is told."""
    message = refused(project(tmp_path, plan=AREA + 'key = "countty"\n'))
    assert (
        "column 'countty', which [units] gives as key, is missing. Did you mean 'county'?"
        in message
    )


def test_account_in_no_area(tmp_path: Path) -> None:
    """An account just off the coast goes to the nearest area, one far off is told."""
    problem = read_problem(project(tmp_path / "near", ACCOUNTS.replace("49.5,8.5", "49.5,7.95")))
    assert units_of_accounts(problem)[0] == "SW"
    assert "1 account lies just outside and went to the nearest area." in problem.notes
    message = refused(project(tmp_path / "far", ACCOUNTS.replace("49.5,8.5", "49.5,7.5")))
    assert (
        "must lie in an area of counties.geojson, or within 10 km of one: 1 line does not"
        in message
    )
    assert "line 2 (A1: 49.5, 7.5)" in message


def test_account_placed_by_its_area(tmp_path: Path) -> None:
    """An account without coordinates that names its area is put at the area's point."""
    problem = read_problem(project(tmp_path, ACCOUNTS.replace("49.5,8.5", ","), KEYED))
    assert problem.accounts.xy[0] == pytest.approx(problem.units.xy[0])


def test_pieces_are_told(tmp_path: Path) -> None:
    """Areas that lie apart are named with their distance; a bridge joins them."""
    folder = project(tmp_path, plan=KEYED + ALL)
    far = [shapely.box(x, y, x + 1, y + 1) for x, y in CORNERS.values()]
    far[3] = shapely.box(9, 50.2, 10, 51)
    far[2] = shapely.box(8, 50, 8.9, 51)
    gpd.GeoDataFrame({"code": list(CORNERS)}, geometry=far, crs=4326).to_file(
        folder / "counties.geojson"
    )
    message = refused(folder)
    assert "counties.geojson: 1 problem found." in message
    assert "1 piece lies apart from the largest, 1 unit at 'NE' (" in message
    assert "km from 'NW'). Join each with a line from,to,name" in message
    plan = KEYED.replace("[units]", '[units]\nbridges = "bridges.csv"') + ALL
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    (folder / "bridges.csv").write_text("from,to,name\nNE,NW,ferry\n", encoding="utf-8")
    assert [2, 3] in read_problem(folder).contiguity.tolist()
    (folder / "bridges.csv").write_text("from,to,name\nNEE,NW,ferry\n", encoding="utf-8")
    assert (
        "column 'from' must name a unit: 1 line does not, e.g. line 2 ('NEE', nearest is 'NE')"
        in refused(folder)
    )


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        (
            POINTS.replace("SE", "SW"),
            "column 'code' must be unique: 1 line is not, e.g. line 3 (SW, first in line 2)",
        ),
        (
            POINTS.replace("49.5,9.5", ","),
            "every point must have a latitude and a longitude: 1 line has none",
        ),
        (
            POINTS.replace("code", "kode"),
            "column 'code', which [units] gives as id, is missing. Did you mean 'kode'?",
        ),
        (
            POINTS + "XX,60,20\n",
            "every point's area must reach into the outline outline.geojson: 1 line does not",
        ),
    ],
)
def test_wrong_points(tmp_path: Path, points: str, sentence: str) -> None:
    """Points that cannot be told apart, placed or reached are told."""
    folder = project(tmp_path, plan=VORONOI + 'key = "county"\n' + ALL)
    (folder / "points.csv").write_text(points, encoding="utf-8")
    assert sentence in refused(folder)


def test_wrong_shapes(tmp_path: Path) -> None:
    """Areas without polygons are told, in a layer and in a plain table."""
    folder = project(tmp_path)
    points = gpd.points_from_xy([8, 9], [49, 49])
    gpd.GeoDataFrame({"code": ["a", "b"]}, geometry=points, crs=4326).to_file(
        folder / "counties.geojson"
    )
    assert (
        "every geometry must be a polygon: 2 features are not, e.g. feature 1 (a: Point)"
        in refused(folder)
    )
    (folder / "plan.toml").write_text(
        AREA.replace("counties.geojson", "points.csv"), encoding="utf-8"
    )
    assert "points.csv: 1 problem found.\n  - the file holds no geometry" in refused(folder)


def test_without_outline(tmp_path: Path) -> None:
    """Cells without an outline are clipped round the points."""
    problem = read_problem(
        project(tmp_path, plan=VORONOI.replace('outline = "outline.geojson"\n', ""))
    )
    whole = shapely.union_all(shapely.from_wkb(problem.units.shapes))
    assert shapely.contains_xy(whole, 9.0, 50.0)
    assert whole.area < 2
    assert np.isfinite(problem.units.xy).all()


def test_postal_codes_without_zeros(tmp_path: Path) -> None:
    """Keys that lost their zeros or carry a suffix find their area, and that is told."""
    plan = PLAN.replace("[data]", '[data]\ncountry = "US"') + (
        '[units]\nkind = "voronoi"\nfile = "points.csv"\nid = "code"\nkey = "postal_code"\n'
    )
    accounts = "id,postal_code,hours\nA1,2134,1\nA2,02135-1234,1\nA3,02134,1\n"
    folder = project(tmp_path, accounts, plan)
    (folder / "points.csv").write_text(
        "code,lat,lon\n02134,42.35,-71.13\n02135,42.36,-71.15\n02138,42.4,-71.1\n", encoding="utf-8"
    )
    problem = read_problem(folder)
    assert units_of_accounts(problem) == ["02134", "02135", "02134"]
    assert any(
        note.startswith("2 accounts matched an area after leading zeros") for note in problem.notes
    )


def test_areas_in_another_system(tmp_path: Path) -> None:
    """Metres in a file of areas that is said to be in degrees are told with the areas' ids."""
    folder = project(tmp_path)
    areas = gpd.read_file(folder / "counties.geojson").to_crs(3857)
    areas.set_crs(4326, allow_override=True).to_file(folder / "counties.geojson")
    message = refused(folder)
    assert "every polygon must lie between the latitudes -90 and 90" in message
    assert "4 features do not, e.g. feature 1 (SW: from " in message


def test_placed_by_area(tmp_path: Path) -> None:
    """Accounts without coordinates are put into the area their key names, and the note says so."""
    accounts = ACCOUNTS.replace("49.6,8.6", ",")
    folder = project(tmp_path, accounts, KEYED)
    assert check(folder).placed == {"coordinates": 3, "area": 1}
    assert read_problem(folder).notes[0] == (
        "1 account without coordinates was put at the middle of the area that the key names."
    )


def test_locks_are_checked_without_areas(tmp_path: Path) -> None:
    """A missing file of areas does not hide an unknown account or territory."""
    plan = AREA + '[[lock]]\naccount = "A9"\nterritory = "T1"\n'
    plan += '[[forbid]]\nunit = "SW"\nterritory = "T9"\n'
    folder = project(tmp_path, plan=plan)
    (folder / "counties.geojson").unlink()
    message = refused(folder)
    assert "[[lock]] 1: there is no account 'A9' (nearest is" in message
    assert "[[forbid]] 1: there is no territory 'T9' (nearest is" in message
    assert "there is no such file" in message
