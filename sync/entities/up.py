"""What every upward entity is: an allow-list of fields and a rule that folds events into a state. Owns no entity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from sync.wire import Event, Strict

State = Mapping[str, Any]


class Fields(Strict):
    """Base of the public fields of an entity. Every field is optional: an event carries what it says, no more."""


class ProjectionError(Exception):
    """An event that cannot be applied; ``code`` goes into the verdict and the quarantine."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def overlay(before: State, said: State) -> State:
    """The usual rule: what the event says replaces what was known."""
    return {**before, **said}


class UpEntity:
    """An entity that halls send. Immutable, pure; used by the client to check and by the server to project."""

    def __init__(
        self,
        name: str,
        fields: Mapping[int, type[Fields]],
        fold: Callable[[State, State], State] = overlay,
    ) -> None:
        self.name = name
        self.fields = fields
        self._fold = fold

    @property
    def schema_ver(self) -> int:
        """The newest version this side reads."""
        return max(self.fields)

    def said(self, event: Event) -> State:
        """The event's checked fields in JSON form. Raises ProjectionError: unknown_schema or field_not_allowed."""
        model = self.fields.get(event.schema_ver)
        if model is None:
            raise ProjectionError("unknown_schema")
        try:
            return model.model_validate_json(event.payload).model_dump(mode="json", exclude_unset=True)
        except ValidationError as error:
            raise ProjectionError("field_not_allowed") from error

    def project(self, before: State, event: Event) -> State:
        """The state after ``event``. Raises ProjectionError."""
        return self._fold(before, self.said(event))
