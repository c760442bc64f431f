"""Finding a run by what a person would call it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Connection, select

from territory_planner.config.hints import did_you_mean
from territory_planner.errors import Fault, InputError
from territory_planner.store.schema import RUN, TAG

SHOWN = 5
"""Runs that are named before the rest is counted."""

TRIES = 1000
"""New ids that are drawn at the most: with tags such as "0" to "f" there is none that will do."""


def refusal(where: str, message: str) -> InputError:
    """Return the error that says one thing about a store."""
    return InputError([Fault(where, message)])


def find(connection: Connection, word: str, where: str) -> tuple[int, str]:
    """Return number and id of the run that a word stands for."""
    columns = select(RUN.c.number, RUN.c.id)
    found = connection.execute(columns.where(RUN.c.id == word)).one_or_none()
    if found is not None:
        return found.number, found.id
    several = _begun_so(connection, word)
    found = connection.execute(columns.join(TAG).where(TAG.c.name == word)).one_or_none()
    if found is not None:
        others = [id_ for number, id_ in several if number != found.number]
        if others:
            raise refusal(
                where,
                f"'{word}' is the tag of run {found.id}, and the beginning of {_listed(others)}. "
                "Give more of an id.",
            )
        return found.number, found.id
    if len(several) == 1:
        return several[0]
    if several:
        shown = _listed([id_ for _, id_ in several])
        raise refusal(where, f"'{word}' may be any of the runs {shown}. Give more of its id.")
    ids = connection.execute(select(RUN.c.id)).scalars()
    known = [*(tag for tags in tags_of(connection).values() for tag in tags), *ids]
    hint = did_you_mean(word, known) if known else "No run is recorded there yet."
    raise refusal(where, f"there is no run or tag '{word}'. {hint}")


def tags_of(connection: Connection, number: int | None = None) -> dict[int, list[str]]:
    """Return the tags by run's number."""
    asked = select(TAG.c.run, TAG.c.name).order_by(TAG.c.at, TAG.c.name)
    found: dict[int, list[str]] = {}
    for run, name in connection.execute(
        asked if number is None else asked.where(TAG.c.run == number)
    ):
        found.setdefault(run, []).append(name)
    return found


def check_tag(connection: Connection, name: str, number: int, where: str) -> None:
    """Refuse a new tag of a run that would not find it, or not it alone."""
    others = [id_ for of, id_ in _begun_so(connection, name) if of != number]
    if others:
        raise refusal(
            where,
            f"'{name}' is the beginning of run {_listed(others)}, and would not find this run "
            "alone. Choose another name.",
        )


def new_id(connection: Connection) -> str:
    """Return the id of a new run: one that begins like no tag, if there is any."""
    tags = [tag.casefold() for tag in connection.execute(select(TAG.c.name)).scalars()]
    for _ in range(TRIES):
        id_ = uuid.uuid4().hex[:12]
        if not id_.startswith(tuple(tags)):
            break
    return id_


def _begun_so(connection: Connection, word: str) -> list[tuple[int, str]]:
    """Return number and id of the runs whose ids begin with a word, none for no word."""
    if not word:
        return []
    asked = select(RUN.c.number, RUN.c.id).where(RUN.c.id.startswith(word, autoescape=True))
    return [(row.number, row.id) for row in connection.execute(asked.order_by(RUN.c.number))]


def _listed(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    return f"{', '.join(ids[:SHOWN])}{more}"
