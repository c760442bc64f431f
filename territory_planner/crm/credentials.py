"""Credentials: from the environment or the system's keyring, and never in anything we write."""

from __future__ import annotations

import os

from territory_planner.errors import Fault, InputError

SERVICE = "territory-planner"


_KNOWN: set[str] = set()


def hidden(message: str) -> str:
    """Return a message of somebody else's without any secret of this process in it."""
    for text in sorted(_KNOWN, key=len, reverse=True):
        message = message.replace(text, "***")
    return message


class Secret:
    """A text that does not show itself: not in a traceback, a log or an f-string."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text
        if text:
            _KNOWN.add(text)

    def reveal(self) -> str:
        """Return the text, for the one line that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


def secret(name: str) -> Secret:
    """Return a credential that nobody may see.

    Raises
    ------
    InputError
        When neither the environment nor the keyring has it, or it is none that can be sent.
    """
    # A line end at its end comes from the file that it was read from.
    text = looked_up(name).strip()
    if not text or not all(" " <= letter <= "~" for letter in text):
        # Sent all the same, it would stand in the error of whoever refuses it.
        message = "it is blank, or holds line ends or letters that no key has. Copy it again."
        raise InputError([Fault(name, message)])
    return Secret(text)


def looked_up(name: str) -> str:
    """Return a credential, such as a login, from the environment or the system's keyring.

    Parameters
    ----------
    name
        Its name in both: ``ODOO_API_KEY``.

    Raises
    ------
    InputError
        When neither has it.
    """
    text = os.environ.get(name) or _from_keyring(name)
    if not text:
        message = (
            f"it is not set. Put it into the environment ({name}=...), or into the system's "
            f"keyring: keyring set {SERVICE} {name}"
        )
        raise InputError([Fault(name, message)])
    return text


def _from_keyring(name: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        text: str | None = keyring.get_password(SERVICE, name)
    except KeyringError:
        return None
    return text
