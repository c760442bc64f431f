"""Rebuild every data file of the repository from the published packages: `make data`."""

from __future__ import annotations

import argparse
from pathlib import Path

from data.recipe.atlas import read_atlas
from data.recipe.de_field_service import read_stations, write_de_field_service
from data.recipe.gazetteer import write_gazetteer
from data.recipe.packages import fetched
from data.recipe.postal_codes import contiguous, read_postal_codes
from data.recipe.small_sample import write_small_sample
from data.recipe.us_field_sales import write_us_field_sales

REPOSITORY = Path(__file__).resolve().parent.parent


def main() -> None:
    """Fetch the packages and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--cache",
        type=Path,
        default=REPOSITORY / "build" / "packages",
        help="folder of downloaded packages; those missing are fetched",
    )
    parser.add_argument("--out", type=Path, default=REPOSITORY, help="repository to write into")
    options = parser.parse_args()
    packages = fetched(options.cache)
    atlas = read_atlas(packages)
    every_code = read_postal_codes(packages)
    postal = contiguous(every_code, atlas, packages)
    stations = read_stations(packages)
    write_us_field_sales(options.out / "data" / "us-field-sales", packages, atlas, postal)
    write_de_field_service(options.out / "data" / "de-field-service", packages, stations)
    product = options.out / "territory_planner"
    write_gazetteer(product / "geography" / "gazetteer", packages, every_code, stations)
    write_small_sample(product / "sample", packages, postal)


if __name__ == "__main__":
    main()
