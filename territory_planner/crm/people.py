"""Which user of the CRM a rep of the plan is, and which of its territories a territory is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from territory_planner.crm.connector import CrmTerritory, User
from territory_planner.crm.findings import Finding
from territory_planner.domain.territory import Territory
from territory_planner.intake.owners import long_id


def users_of(
    territories: Sequence[Territory], users: Sequence[User]
) -> tuple[dict[str, User], list[Finding]]:
    """Return rep id to user, and what is wrong with the other reps.

    A rep is looked up by id, then by e-mail or login, then by name; whatever fits several active
    users fits none. An id that belongs to somebody with another e-mail is a coincidence of numbers.
    """
    by_id = {long_id(user.id): user for user in users}
    found: dict[str, User] = {}
    unknown, ambiguous, strange, inactive = [], [], [], []
    for rep in {t.rep_id: t for t in territories if t.rep_id is not None}.values():
        rep_id = rep.rep_id or ""
        told = f"{rep_id} ({rep.rep or 'no name'}{f', {rep.email}' if rep.email else ''})"
        user = by_id.get(long_id(rep_id))
        if user is not None:
            if not _is_same_person(rep, user):
                strange.append(f"{told} is {user.email or user.login or user.name} there")
                continue
        else:
            alike = _alike(rep, users)
            if not alike:
                unknown.append(told)
                continue
            if len(alike) > 1:
                ambiguous.append(f"{told}: {', '.join(u.id for u in alike[:4])}")
                continue
            user = alike[0]
        if not user.active:
            inactive.append(told)
        found[rep_id] = user
    findings = [
        _finding("unknown user", "reps who are no users of the CRM", unknown,
                 "Give the reps table the CRM's user ids, or their e-mail addresses there."),
        _finding("ambiguous user", "reps who fit several users of the CRM", ambiguous,
                 "Give the reps table the CRM's user id of each."),
        _finding("another user", "reps with the id of somebody who has another e-mail", strange,
                 "Correct rep_id or email in the reps table."),
        _finding("inactive user", "reps who are inactive users of the CRM", inactive,
                 "Activate them there, or plan with somebody else."),
    ]  # fmt: skip
    return found, [finding for finding in findings if finding.cases]


def territories_of(
    territories: Sequence[Territory], known: Sequence[CrmTerritory]
) -> tuple[dict[str, str], list[Finding]]:
    """Return territory id to the CRM's id of it, by our key or else by name; and the others."""
    found: dict[str, str] = {}
    unknown, ambiguous = [], []
    for territory in territories:
        for test in (_has_key(territory), _has_name(territory)):
            alike = [there.id for there in known if test(there)]
            if alike:
                break
        if len(alike) == 1:
            found[territory.id] = alike[0]
        elif alike:
            ambiguous.append(f"{territory.id} ({territory.name}): {', '.join(alike[:4])}")
        else:
            unknown.append(f"{territory.id} ({territory.name})")
    findings = [
        _finding("unknown territory", "territories that are not in the CRM", unknown,
                 "Make them there, or let the push do so with --create."),
        _finding("ambiguous territory", "territories that fit several of the CRM", ambiguous,
                 "Give each of them a name of its own."),
    ]  # fmt: skip
    return found, [finding for finding in findings if finding.cases]


def _is_same_person(rep: Territory, user: User) -> bool:
    said = {text.casefold() for text in (user.email, user.login) if "@" in text}
    return not (rep.email and said) or rep.email.casefold() in said


def _alike(rep: Territory, users: Iterable[User]) -> list[User]:
    """Return the users that a rep may be: those of its e-mail, else those of its name."""
    users = list(users)
    for wanted, said in (
        (rep.email, lambda u: (u.email.casefold(), u.login.casefold())),
        (rep.rep, lambda u: (u.name.casefold(),)),
    ):
        alike = [u for u in users if wanted and wanted.casefold() in said(u)]
        if alike:
            # Who left and came back has two users, and the active one is meant.
            return [u for u in alike if u.active] or alike
    return []


def _has_key(territory: Territory) -> Callable[[CrmTerritory], bool]:
    return lambda there: there.key == territory.id


def _has_name(territory: Territory) -> Callable[[CrmTerritory], bool]:
    return lambda there: there.name.casefold() == territory.name.casefold()


def _finding(kind: str, told: str, cases: Sequence[str], remedy: str) -> Finding:
    return Finding(kind, told, remedy, tuple(cases))
