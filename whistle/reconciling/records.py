"""The records of each service: numbers and states, fetched list by list, without texts.

Every row comes from one service; `comparison.py` compares them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.services import SERVICES

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = [
    "Appeal",
    "Callback",
    "Case",
    "Held",
    "Operation",
    "Records",
    "Task",
    "Whistle",
    "fetch",
]

_FINISHED_TASKS = ("released", "excused", "absent", "left", "cancelled")
"""What the queue leaves out unless it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """Of intake. `case_status` and `case_round` are what dispatch reported about the case."""

    appeal_no: str
    status: str
    case_no: str | None
    case_status: str | None
    case_round: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Of dispatch."""

    case_no: str
    status: str
    outcome: str | None
    round: int
    caller_count: int
    missed_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Whistle:
    """Of dispatch. `blown_at` is None while the whistle is only proposed or approved."""

    whistle_no: str
    case_no: str
    status: str
    blown_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Of enforcement."""

    operation_no: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Of enforcement: one unit's part in an operation."""

    operation_no: str
    unit: str
    acknowledgement_missed: bool
    report_missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """Of feedback."""

    callback_no: str
    case_no: str
    round: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An event that a service could not process, or that waits behind one."""

    service: str
    id: int
    kind: str
    type: str
    stream: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The records of all services at one time."""

    appeals: tuple[Appeal, ...] = ()
    cases: tuple[Case, ...] = ()
    whistles: tuple[Whistle, ...] = ()
    operations: tuple[Operation, ...] = ()
    tasks: tuple[Task, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    held: tuple[Held, ...] = ()


def fetch(client: "Client") -> Records:
    """Read every list to its end. Raises: Failure."""
    tasks = [*client.items("/enforcement/v1/queue")]
    for status in _FINISHED_TASKS:
        tasks += client.items("/enforcement/v1/queue", status=status)
    held = [
        {"service": service, **item}
        for service in SERVICES
        for item in client.get(f"/{service}/v1/parked")["items"]
    ]
    return Records(
        appeals=_rows(Appeal, client.items("/intake/v1/appeals")),
        cases=_rows(Case, client.items("/dispatch/v1/cases")),
        whistles=_rows(Whistle, client.items("/dispatch/v1/whistles")),
        operations=_rows(Operation, client.items("/enforcement/v1/operations")),
        tasks=_rows(Task, tasks),
        callbacks=_rows(Callback, client.items("/feedback/v1/callbacks")),
        held=_rows(Held, held),
    )


def _rows(kind: type[Any], items: Iterable[Mapping[str, Any]]) -> tuple[Any, ...]:
    """Make rows of items, with the columns that the row's class has."""
    names = kind.__slots__
    return tuple(kind(**{name: item[name] for name in names}) for item in items)
