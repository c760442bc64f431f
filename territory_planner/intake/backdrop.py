"""Line layers for maps: borders as lines, each drawn once."""

from __future__ import annotations

from typing import Any

import numpy as np

from territory_planner.config import Settings
from territory_planner.geography.adjacency import outline_segments
from territory_planner.intake.faults import Faults
from territory_planner.intake.reading import read_table


def read_backdrop(settings: Settings, faults: Faults) -> dict[str, bytes]:
    """Return layer name to its lines as WKB in longitude and latitude."""
    backdrop: dict[str, bytes] = {}
    for layer, file in settings.map.lines.items():
        table = read_table(settings, file, faults)
        if table is None:
            continue
        if table.shapes is None:
            faults.add(file, "the file holds no geometry. Export the lines or areas with it.")
            continue
        backdrop[layer] = _lines(table.shapes)
    return backdrop


def _lines(shapes: Any) -> bytes:
    """Return lines as they are and the outlines of areas, common borders once."""
    import shapely

    parts = shapely.get_parts(shapes)
    kind = shapely.get_type_id(parts)
    lines = parts[np.isin(kind, (1, 2))]
    areas = parts[kind == 3]
    if len(areas):
        _, one, other = outline_segments(areas)
        ends = np.unique(np.column_stack([one, other]), axis=0)
        corners = np.column_stack([ends.real.reshape(-1), ends.imag.reshape(-1)])
        segments = shapely.linestrings(corners.reshape(-1, 2, 2))
        merged = shapely.line_merge(shapely.multilinestrings(segments))
        lines = np.concatenate([lines, shapely.get_parts(merged)])
    wkb: bytes = shapely.to_wkb(shapely.multilinestrings(lines))
    return wkb
