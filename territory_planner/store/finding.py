"""Finding a run by what a person would call it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from territory_planner.config.hints import did_you_mean
from territory_planner.errors import Fault, InputError
from territory_planner.store.schema import RUN, TAG


def refusal(where: str, message: str) -> InputError:
    """Return the error that says one thing about a store."""
    return InputError([Fault(where, message)])


def find(connection: Connection, word: str, where: str) -> tuple[int, str]:
    """Return number and id of the run that a word stands for."""
    columns = select(RUN.c.number, RUN.c.id)
    for asked in (columns.where(RUN.c.id == word), columns.join(TAG).where(TAG.c.name == word)):
        found = connection.execute(asked).one_or_none()
        if found is not None:
            return found.number, found.id
    asked = columns.where(RUN.c.id.startswith(word, autoescape=True)).order_by(RUN.c.number)
    several = connection.execute(asked).all() if word else []
    if len(several) == 1:
        return several[0].number, several[0].id
    if several:
        shown = ", ".join(row.id for row in several[:5])
        more = f" and {len(several) - 5} more" if len(several) > 5 else ""
        raise refusal(where, f"'{word}' may be any of the runs {shown}{more}. Give more of its id.")
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
