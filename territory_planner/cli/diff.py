"""`diff`: what differs between two runs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from territory_planner.cli.scorecard import comparison_values
from territory_planner.cli.stored import add_store, store_of
from territory_planner.cli.verb import Verb, add_json, as_json

if TYPE_CHECKING:
    from territory_planner.store.differences import Change, Differences

SHOWN = 20
SHORT = 12
"""So much of a SHA-256 tells two files apart."""


def difference_text(found: Differences) -> str:
    """Return what was asked, read and found otherwise, and the plans side by side."""
    blocks = [
        _block("Settings that differ", found.settings),
        _block("Inputs that differ", found.inputs, SHORT),
        _block("Packages that differ", found.versions),
    ]
    if found.comparison is None:
        blocks.append(f"The plans cannot be compared: {found.why}.")
    else:
        blocks.append(str(found.comparison))
    count = len(found.accounts)
    are = "account is" if count == 1 else "accounts are"
    blocks.append(_block(f"{count:,} {are} with another territory", found.accounts))
    return "\n\n".join(blocks)


def _block(title: str, changes: Sequence[Change], width: int | None = None) -> str:
    lines = [
        f"  {one.what}: {_shown(one.before, width)} → {_shown(one.after, width)}"
        for one in changes[:SHOWN]
    ]
    if len(changes) > SHOWN:
        lines.append(f"  and {len(changes) - SHOWN:,} more; --json lists them all")
    return "\n".join([title, *(lines or ["  none"])])


def _shown(value: str | None, width: int | None) -> str:
    return "–" if value is None else value[:width]


def difference_values(found: Differences) -> dict[str, Any]:
    """Return the same as plain values, every account included."""
    comparison = found.comparison
    return {
        "runs": [run.id for run in found.runs],
        "settings": [asdict(one) for one in found.settings],
        "inputs": [asdict(one) for one in found.inputs],
        "versions": [asdict(one) for one in found.versions],
        "comparison": None if comparison is None else comparison_values(comparison),
        "why_no_comparison": found.why or None,
        "accounts": [asdict(one) for one in found.accounts],
    }


def _options(verb: ArgumentParser) -> None:
    verb.add_argument("before", metavar="RUN", help="an id, its beginning, or a tag")
    verb.add_argument("after", metavar="RUN", help="the other one")
    add_store(verb)
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.store.differences import differences

    found = differences(store_of(arguments), arguments.before, arguments.after)
    return as_json(difference_values(found)) if arguments.json else difference_text(found)


VERB = Verb("diff", "say what differs between two runs and their plans", _options, _run)
