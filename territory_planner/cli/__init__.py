"""The command line: results to standard output, progress and errors to standard error.

Exit codes: 0 done, 1 no plan, 2 wrong input, 3 done in part, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from territory_planner.errors import (
    InfeasibleError,
    NoPlanFoundError,
    OutputError,
    TerritoryPlannerError,
    UnfinishedError,
    writing,
)

DONE, NO_PLAN, WRONG_INPUT, IN_PART, INTERRUPTED = 0, 1, 2, 3, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    try:
        # Loading takes long enough for Ctrl-C to fall into it.
        from territory_planner.cli.arguments import parser
        from territory_planner.cli.verbs import VERBS

        arguments = parser(VERBS).parse_args(argv)
        text = arguments.run(arguments)
    except (InfeasibleError, NoPlanFoundError) as error:
        return _failed(str(error), NO_PLAN)
    except UnfinishedError as error:
        return _printed(str(error)) or IN_PART
    except TerritoryPlannerError as error:
        return _failed(str(error), WRONG_INPUT)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _failed(f"{where}{error.strerror or error}", WRONG_INPUT)
    except KeyboardInterrupt:
        return _failed("Interrupted. No file was left half written.", INTERRUPTED)
    return _printed(text)


def _printed(text: str) -> int:
    try:
        with writing("standard output"):
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()
    except OutputError as error:
        # What could not be written would be tried again on leaving, and fail with a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # A reader such as head that has seen enough is no failure.
        if isinstance(error.__cause__, BrokenPipeError):
            return DONE
        return _failed(str(error), WRONG_INPUT)
    return DONE


def _failed(message: str, code: int) -> int:
    sys.stderr.write(f"{message}\n")
    return code
