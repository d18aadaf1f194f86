"""`whistle parked`: lists, releases and discards events that a service could not process.

Releasing and discarding change what a service stores, so both need a reason, which is kept with the
operator's name. Discarding cannot be undone and asks for a confirmation.
"""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contracts.services import SERVICES
from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = ["discard", "held_by", "list_parked", "release", "show_parked"]

_Service = Annotated[str, typer.Argument(help=f"one of {', '.join(SERVICES)}")]
_Held = Annotated[int, typer.Argument(help="id, as `whistle parked list` shows it")]
_Reason = Annotated[str, typer.Option(help="why; it is kept with your name")]


@command
def list_parked(call: Call) -> None:
    """List the events that a service could not process, oldest first.

    Example: whistle parked list --json
    """
    from whistle.output import Column, print_table
    from whistle.signing_in import connect

    with connect(call, "operator") as client:
        items = [item for name in SERVICES for item in held_by(client, name)]
    columns = (
        Column("service", "service", "服务"),
        Column("id", "id", "编号"),
        Column("kind", "state", "状态"),
        Column("key", "case", "工单"),
        Column("type", "event", "事件"),
        Column("reason", "reason", "原因"),
        Column("wants", "waits for", "等待"),
        Column("held_at", "since", "起始", is_time=True),
    )
    print_table(call, columns, items, {"items": items, "total": len(items)})


@command
def show_parked(call: Call, service: _Service, held_id: _Held) -> None:
    """Show one held event with its content.

    Example: whistle parked show dispatch 3
    """
    from whistle.output import print_one
    from whistle.signing_in import connect

    with connect(call, "operator") as client:
        print_one(call, _find(client, service, held_id))


@command
def release(call: Call, service: _Service, held_id: _Held, reason: _Reason) -> None:
    """Process an event again, and then all that wait behind it, in order.

    Example: whistle parked release dispatch 3 --reason "catalogue corrected"
    """
    _command(call, service, held_id, "release", reason)


@command
def discard(
    call: Call,
    service: _Service,
    held_id: _Held,
    reason: _Reason,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask for a confirmation")] = False,
) -> None:
    """Discard an event for good; what waits behind it is processed.

    Example: whistle parked discard dispatch 3 --reason "sent by a broken tool"
    """
    if not yes:
        _confirm(service, held_id)
    _command(call, service, held_id, "discard", reason)


def held_by(client: "Client", service: str) -> list[dict[str, Any]]:
    """Give the held events of a service, each with the service's name."""
    found = client.get(f"/{service}/v1/parked")
    return [{"service": service, **item} for item in found["items"]]


def _find(client: "Client", service: str, held_id: int) -> dict[str, Any]:
    _check(service)
    for item in held_by(client, service):
        if item["id"] == held_id:
            return item
    raise Failure(
        "there is no such event",
        f"{service} holds no event {held_id}; it may have been processed.",
        "list them again with `whistle parked list`",
        Exit.REFUSED,
    )


def _check(service: str) -> None:
    if service not in SERVICES:
        why = f"There is no service {service!r}."
        raise Failure("no such service", why, f"choose {', '.join(SERVICES)}", Exit.USAGE)


def _confirm(service: str, held_id: int) -> None:
    if not sys.stdin.isatty():
        raise Failure(
            "nothing was discarded",
            "Discarding cannot be undone, and there is no terminal to ask at.",
            "add --yes",
            Exit.USAGE,
        )
    typed = typer.prompt(f"Discarding cannot be undone. Type the id of {service}'s event", err=True)
    if typed.strip() != str(held_id):
        why = "What was typed is another id."
        raise Failure(
            "nothing was discarded", why, "list them again with `whistle parked list`", Exit.USAGE
        )


def _command(call: Call, service: str, held_id: int, act: str, reason: str) -> None:
    from whistle.output import print_one
    from whistle.signing_in import connect

    _check(service)
    with connect(call, "operator") as client:
        client.post(f"/{service}/v1/parked/{held_id}/{act}", {"reason": reason})
    done = {"release": "released", "discard": "discarded"}[act]
    print_one(call, {"service": service, "id": held_id, "done": done})
