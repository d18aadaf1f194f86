"""What each service says there is: its numbers and states, fetched list by list, without texts.

Every row is of one service's own books; comparing them is `comparison.py`'s affair.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from whistle.connection import SERVICES

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = [
    "Appeal",
    "Books",
    "Callback",
    "Case",
    "Held",
    "Operation",
    "Task",
    "Whistle",
    "fetch",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """Intake's. `case_status` and `case_round` are what it heard about the case."""

    appeal_no: str
    status: str
    case_no: str | None
    case_status: str | None
    case_round: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Dispatch's."""

    case_no: str
    status: str
    outcome: str | None
    round: int
    caller_count: int
    missed_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Whistle:
    """Dispatch's. `blown_at` is None as long as it was only proposed or approved."""

    whistle_no: str
    case_no: str
    status: str
    blown_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Enforcement's."""

    operation_no: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Enforcement's: one unit's part in an operation."""

    operation_no: str
    unit: str
    acknowledgement_missed: bool
    report_missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Feedback's."""

    callback_no: str
    case_no: str
    round: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An event that a service could not deal with, or that stands behind one."""

    service: str
    id: int
    kind: str
    type: str
    stream: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """All of it at one time."""

    appeals: tuple[Appeal, ...] = ()
    cases: tuple[Case, ...] = ()
    whistles: tuple[Whistle, ...] = ()
    operations: tuple[Operation, ...] = ()
    tasks: tuple[Task, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    held: tuple[Held, ...] = ()


def fetch(client: "Client") -> Books:
    """Read every list to its end. Raises: Failure."""
    tasks = [*client.items("/enforcement/v1/queue")]
    tasks += client.items("/enforcement/v1/queue", status="released")
    held = [
        {"service": service, **item}
        for service in SERVICES
        for item in client.get(f"/{service}/v1/parked")["items"]
    ]
    return Books(
        appeals=_rows(Appeal, client.items("/intake/v1/appeals")),
        cases=_rows(Case, client.items("/dispatch/v1/cases")),
        whistles=_rows(Whistle, client.items("/dispatch/v1/whistles")),
        operations=_rows(Operation, client.items("/enforcement/v1/operations")),
        tasks=_rows(Task, tasks),
        callbacks=_rows(Callback, client.items("/feedback/v1/callbacks")),
        held=_rows(Held, held),
    )


def _rows(kind: type[Any], items: Iterable[Mapping[str, Any]]) -> tuple[Any, ...]:
    """Keep of each item what its row has."""
    names = kind.__slots__
    return tuple(kind(**{name: item[name] for name in names}) for item in items)
