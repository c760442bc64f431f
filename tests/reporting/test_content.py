"""What a map shows, as plain values."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from territory_planner.reporting.content import as_json, map_content
from tests.reporting.plans import HOSTILE, planned, small_plan
from tests.worlds import grid_problem


def test_as_json_hostile() -> None:
    """No text can end the script element it stands in, and each comes back as it was."""
    text = as_json({"names": list(HOSTILE)})
    assert not set("<>&") & set(text)
    assert json.loads(text)["names"] == list(HOSTILE)


def test_map_content_flows() -> None:
    """Moved accounts are summed by the territories they leave and come to."""
    flows = map_content(small_plan())["flows"]
    assert sorted(flows) == [[0, 1, 9, [9]], [1, 2, 3, [3]]]


def test_map_content_steps() -> None:
    """Shapes are written as steps and come back to a metre."""
    plan = small_plan()
    content = map_content(plan)
    for k, polygons in enumerate(content["sides"]["plan"]["shapes"]):
        rings = [np.cumsum(np.reshape(r, (-1, 2)), axis=0) / 1e5 for p in polygons for r in p]
        drawn = shapely.polygons([ring[:, ::-1] for ring in rings])
        held = plan.alignment.territory_of == k
        cells = shapely.from_wkb(np.array(plan.problem.units.shapes, dtype=object)[held])
        assert shapely.area(drawn).sum() == pytest.approx(shapely.area(cells).sum(), rel=1e-2)


def test_map_content_vacant() -> None:
    """A vacant territory has no rep."""
    assert [t["rep"] for t in map_content(small_plan())["territories"]] == ["Rep 1", "Rep 2", None]


def test_map_content_without_today() -> None:
    """Where nobody serves anybody today, there is no alignment of today to draw."""
    problem = grid_problem("1111", n_territories=2)
    content = map_content(planned(problem, "AABB"))
    assert list(content["sides"]) == ["plan"]
    assert content["flows"] == []
    as_json(content)
