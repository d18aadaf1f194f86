"""`whistle parked`: events a service could not deal with: look, try again, give up.

Releasing and discarding change what a service believes, so both need a reason, which is kept with
the operator's name; discarding is for good and asks once more.
"""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whistle.call import Call, command
from whistle.connection import SERVICES
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
    """List events that a service could not deal with, oldest first.

    Example: whistle parked list --json
    """
    from whistle.client import connect
    from whistle.output import Column, print_table

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
    """Show one of them with what it says.

    Example: whistle parked show dispatch 3
    """
    from whistle.client import connect
    from whistle.output import print_one

    with connect(call, "operator") as client:
        print_one(call, _find(client, service, held_id))


@command
def release(call: Call, service: _Service, held_id: _Held, reason: _Reason) -> None:
    """Try an event, and all that stand behind it, again in order.

    Example: whistle parked release dispatch 3 --reason "catalogue mended"
    """
    _act(call, service, held_id, "release", reason)


@command
def discard(
    call: Call,
    service: _Service,
    held_id: _Held,
    reason: _Reason,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Give an event up for good; what stood behind it goes on.

    Example: whistle parked discard dispatch 3 --reason "sent by a broken tool"
    """
    if not yes:
        _ask(service, held_id)
    _act(call, service, held_id, "discard", reason)


def held_by(client: "Client", service: str) -> list[dict[str, Any]]:
    """Give what a service holds, each with the service's name."""
    found = client.get(f"/{service}/v1/parked")
    return [{"service": service, **item} for item in found["items"]]


def _find(client: "Client", service: str, held_id: int) -> dict[str, Any]:
    _check(service)
    for item in held_by(client, service):
        if item["id"] == held_id:
            return item
    raise Failure(
        "there is no such event",
        f"{service} holds no event {held_id}; it may have been dealt with.",
        "list them again with `whistle parked list`",
        Exit.REFUSED,
    )


def _check(service: str) -> None:
    if service not in SERVICES:
        why = f"There is no service {service!r}."
        raise Failure("no such service", why, f"choose {', '.join(SERVICES)}", Exit.USAGE)


def _ask(service: str, held_id: int) -> None:
    if not sys.stdin.isatty():
        raise Failure(
            "nothing was discarded",
            "Discarding is for good, and there is no terminal to ask at.",
            "add --yes",
            Exit.USAGE,
        )
    typed = typer.prompt(f"Discarding is for good. Type the id of {service}'s event", err=True)
    if typed.strip() != str(held_id):
        why = "What was typed is another id."
        raise Failure("nothing was discarded", why, "look again: whistle parked list", Exit.USAGE)


def _act(call: Call, service: str, held_id: int, act: str, reason: str) -> None:
    from whistle.client import connect
    from whistle.output import print_one

    _check(service)
    with connect(call, "operator") as client:
        client.post(f"/{service}/v1/parked/{held_id}/{act}", {"reason": reason})
    done = {"release": "released", "discard": "discarded"}[act]
    print_one(call, {"service": service, "id": held_id, "done": done})
