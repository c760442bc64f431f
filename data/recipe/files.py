"""Writing the data files so that the same values give the same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely


def write_table(path: Path, table: pd.DataFrame, decimals: dict[str, int] | None = None) -> None:
    """Write a CSV file in UTF-8 with Unix line ends.

    Parameters
    ----------
    path
        The file.
    table
        Its rows; missing values become empty cells.
    decimals
        Column name to the number of decimals it is written with.
    """
    text = table.copy()
    for column, places in (decimals or {}).items():
        text[column] = ["" if pd.isna(value) else f"{value:.{places}f}" for value in table[column]]
    path.parent.mkdir(parents=True, exist_ok=True)
    text.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def write_shape(path: Path, shape: Any, name: str, decimals: int) -> None:
    """Write one shape as a GeoJSON file with one feature."""
    geometry = json.loads(shapely.to_geojson(shape))
    feature = {
        "type": "Feature",
        "properties": {"name": name},
        "geometry": {
            "type": geometry["type"],
            "coordinates": _rounded(geometry["coordinates"], decimals),
        },
    }
    collection = {"type": "FeatureCollection", "features": [feature]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(collection, separators=(",", ":")) + "\n", encoding="utf-8")


def write_parquet(path: Path, table: pd.DataFrame, schema: pa.Schema) -> None:
    """Write a Parquet file, compressed with Zstandard."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrow = pa.Table.from_pandas(table[schema.names], schema=schema, preserve_index=False)
    pq.write_table(
        arrow.replace_schema_metadata(None), path, compression="zstd", compression_level=19
    )


def _rounded(coordinates: Any, decimals: int) -> Any:
    if isinstance(coordinates, float | int):
        return round(coordinates, decimals)
    return [_rounded(part, decimals) for part in coordinates]
