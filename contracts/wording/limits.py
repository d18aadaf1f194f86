"""The deadlines that an event gave, with their rules and versions."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from contracts.calendar import Deadline, explain
from contracts.event import Event
from contracts.said import AppliedLimit

__all__ = ["limits_in"]


def limits_in(event: Event) -> list[AppliedLimit]:
    """Give every deadline that an event holds, also those of the tasks in it."""
    return [_applied(deadline) for deadline in _deadlines(event)]


def _applied(deadline: Deadline) -> AppliedLimit:
    return AppliedLimit(
        milestone=deadline.milestone,
        due_at=deadline.due_at,
        rule=deadline.rule,
        calendar=deadline.calendar,
        zh=explain(deadline, "zh"),
        en=explain(deadline, "en"),
    )


def _deadlines(value: Any) -> Iterator[Deadline]:  # noqa: ANN401  # whatever an event holds
    if isinstance(value, Deadline):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _deadlines(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _deadlines(one)
