"""Errors a person can act on. Owns the error types of every layer; must not import anything of ours.

Every error carries a stable ``code`` (the key under which the screens find its translated text), a plain
sentence saying what happened and where, and a remedy saying what to do now.
"""

from __future__ import annotations


class ReceptionError(Exception):
    """Base of all errors we raise on purpose.

    ``code`` is the locale key without the ``error.`` prefix; ``detail`` fills its placeholders and must never
    carry personal data, because error texts reach logs.
    """

    def __init__(self, code: str, what: str, remedy: str = "", **detail: object) -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.code = code
        self.what = what
        self.remedy = remedy
        self.detail = detail


class WorldError(ReceptionError):
    """The world's fault, not our bug: camera, printer, disk, network, key file."""


class RuleError(ReceptionError):
    """A rule of the service refuses the step; nothing was changed."""


class InputError(ReceptionError):
    """Input (a form, a file, a command line) that cannot be used as it is."""


class AccessError(ReceptionError):
    """The person or terminal may not see or do this; the attempt is audited."""


class ConflictError(ReceptionError):
    """Somebody else changed the same thing first; reload and decide again."""
