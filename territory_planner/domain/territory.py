"""`Measure` and `Territory`: what is balanced, and who serves it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """An activity measure that territories are balanced on or disruption is counted in."""

    name: str
    unit: str


@dataclass(frozen=True)
class Territory:
    """What one rep is responsible for.

    Parameters
    ----------
    id, name
        The key in every file, and what people call it.
    home
        The rep's home base in metres of the problem's projection; None leaves the center free.
    share
        The weight of this territory when targets are set: the rep's capacity, any unit.
    rep_id, rep, email
        The rep in the CRM; all None when the territory is vacant.
    manager
        The rep's manager, None when not given.
    skills
        What the rep is able to serve.
    """

    id: str
    name: str
    home: tuple[float, float] | None = None
    share: float = 1.0
    rep_id: str | None = None
    rep: str | None = None
    email: str | None = None
    manager: str | None = None
    skills: frozenset[str] = frozenset()

    @property
    def is_vacant(self) -> bool:
        """Whether no rep holds this territory."""
        return self.rep_id is None
