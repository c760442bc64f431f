"""What the verb crm asks and says."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from territory_planner.cli.verb import as_json
from territory_planner.errors import Fault, InputError, UnfinishedError

if TYPE_CHECKING:
    from territory_planner.crm.recipe import Progress


def confirm(records: int, arguments: Namespace) -> None:
    """Let somebody type how many records will be written, who has read the number then.

    Raises
    ------
    InputError
        When nobody is there to type it, or another number was typed.
    """
    if arguments.yes or not records:
        return
    remedy = "Give --yes, or type the number at a terminal."
    if not sys.stdin.isatty():
        raise InputError([Fault("crm", f"{records:,} records are not written unasked. {remedy}")])
    sys.stderr.write(f"Type the number of records to write them ({records}): ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().replace(",", "") != str(records):
        raise InputError([Fault("crm", "that is another number, and nothing was written.")])


def progress_text(done: Progress, folder: Path, arguments: Namespace) -> str:
    """Return how far a push has come, as text or JSON."""
    from territory_planner.crm.recipe import told

    if arguments.json:
        return as_json(asdict(done) | {"folder": str(folder)})
    lines = [f"{'undone' if done.order.undoes else 'written'}: {told(done.counts)}"]
    lines += [f"  {code}: {count:,}" for code, count in done.codes.items()]
    if done.undoing is not None:
        lines.append(f"put back: {told(done.undoing)}")
    if done.counts["pending"] and done.undoing is None:
        lines.append(f"crm resume {folder} goes on")
    elif not done.is_complete:
        lines.append(f"listed in {folder / 'errors.csv'}")
    return "\n".join(lines)


def finished(done: Progress, folder: Path, arguments: Namespace) -> str:
    """Return the same of a push that has ended.

    Raises
    ------
    UnfinishedError
        When not everything is as asked.
    """
    text = progress_text(done, folder, arguments)
    if not done.is_complete:
        raise UnfinishedError(text)
    return text


def count(done: int, of: int) -> None:
    """Show how many fields are done, to somebody who watches."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} of {of:,}" + ("\n" if done == of else ""))


def tell(text: str) -> None:
    """Show a line beside the result."""
    sys.stderr.write(f"{text}\n")
