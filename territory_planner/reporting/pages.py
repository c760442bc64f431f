"""Templates of pages, and files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from territory_planner.errors import writing
from territory_planner.reporting.offline import check_self_contained

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment() -> Environment:
    """Return the templates' environment; whatever is put into one is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("territory_planner.reporting", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def template_text(name: str) -> str:
    """Return a template as it is: a style or a script that takes no values."""
    return files("territory_planner.reporting").joinpath("templates", name).read_text("utf-8")


def page_of(
    template: str, *, styles: Sequence[str], scripts: Sequence[str], **values: object
) -> str:
    """Return a page made now, with its styles and scripts in it.

    Parameters
    ----------
    template
        One that extends ``page.html``.
    styles, scripts
        The names of the templates that are written into it, in this order.
    values
        What the template shows.

    Raises
    ------
    NotSelfContainedError
        When something in the page would be loaded from elsewhere.
    """
    page = (
        environment()
        .get_template(template)
        .render(
            style="".join(map(template_text, styles)),
            script="".join(map(template_text, scripts)),
            made=datetime.now().astimezone(),
            **values,
        )
    )
    check_self_contained(page)
    return page


def write_whole(path: Path | str, text: str) -> Path:
    """Write a file in UTF-8, whole or not at all, and return its path.

    A reader meets the old file or the new one, never half of it; missing folders are made.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    target = Path(path)
    with writing(target):
        _replace(target, text)
    return target


def _replace(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        # mkstemp keeps its files to their owner; a report is there to be read.
        part.chmod(0o644)
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
