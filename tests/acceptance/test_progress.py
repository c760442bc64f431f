"""The progress of a search: a bar on a terminal, and only lines elsewhere."""

from __future__ import annotations

from io import StringIO
from math import inf

from territory_planner.cli.progress import ProgressBar
from territory_planner.domain.plan import Step


class Terminal(StringIO):
    """A stream that somebody is looking at."""

    def isatty(self) -> bool:
        """Return True: it is a terminal."""
        return True


def drawn_on(stream: StringIO) -> str:
    with ProgressBar(60, stream) as bar:
        bar.tell("Planning ...")
        bar(Step(3.0, "bound", inf, 80.0))
        bar(Step(30.0, "annealing", 84.0, 80.0))
        bar.tell("Drawing ...")
    return stream.getvalue()


def test_a_terminal_shows_best_bound_and_gap() -> None:
    """The bar tells how far the search is and how good its plan is proven to be."""
    drawn = drawn_on(Terminal())
    assert "30 of 60 s, best 84.00 km, bound 80.00 km, gap 4.76%" in drawn
    assert "no plan yet, bound 80.00 km" in drawn


def test_a_file_gets_lines_only() -> None:
    """A log is not filled with the frames of a bar."""
    assert drawn_on(StringIO()) == "Planning ...\nDrawing ...\n"
