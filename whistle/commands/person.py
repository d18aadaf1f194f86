"""`whistle person`: look a person up, gather all that is held on them, and erase them by two.

A phone is typed or read from standard input and never an option: command lines are visible to
everybody on the machine.
"""

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contracts.services import SERVICES
from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = [
    "approve",
    "export",
    "hold",
    "lift",
    "list_erasures",
    "look_up",
    "reject",
    "request",
    "show",
]

_SUBJECT = re.compile(r"[0-9a-f]{32}")
_PURPOSES = ("access", "correction", "export", "erasure")

_Subject = Annotated[str, typer.Argument(help="the record's number, as `person lookup` shows it")]
_Reason = Annotated[str, typer.Option(help="why; it is kept, encrypted, with your name")]


@command
def look_up(
    call: Call,
    purpose: Annotated[str, typer.Option(help=f"one of {', '.join(_PURPOSES)}")],
    reason: _Reason,
) -> None:
    """Find the records of a phone and their appeals; the phone is typed or read from a pipe.

    Example: whistle person lookup --purpose erasure --reason "letter of 3 March"
    """
    from whistle.output import Column, print_table
    from whistle.signing_in import connect

    if purpose not in _PURPOSES:
        why = f"There is no purpose {purpose!r}."
        raise Failure("nobody was looked up", why, f"choose {', '.join(_PURPOSES)}", Exit.USAGE)
    phone = sys.stdin.readline() if not sys.stdin.isatty() else typer.prompt("Phone", err=True)
    body = {"phone": phone.strip(), "purpose": purpose, "reason": reason}
    with connect(call, "operator") as client:
        found = client.post("/intake/v1/persons/lookup", body)
    columns = (
        Column("subject", "person", "当事人"),
        Column("stage", "stage", "状态"),
        Column("appeals", "appeals", "诉求"),
        Column("open", "open", "未办结"),
    )
    print_table(call, columns, [_line(item) for item in found["items"]], found)


@command
def export(
    call: Call,
    subject: _Subject,
    reason: _Reason,
    out: Annotated[Path, typer.Option(help="the file to write; it must not exist")],
) -> None:
    """Gather all that the four services hold on a person, in one JSON file for them.

    Example: whistle person export 0a1b… --out person.json --reason "their request of 3 March"

    Records that are linked are included. The file is readable by you alone.
    """
    from chassis.private_files import write_fresh
    from whistle.output import print_one
    from whistle.signing_in import connect

    _check(subject)
    if out.exists() or not out.absolute().parent.is_dir():
        why = f"{out} exists, or its folder does not."
        raise Failure("nothing was exported", why, "name a new file with --out", Exit.USAGE)
    with connect(call, "agent") as client:
        records = client.get(f"/intake/v1/subjects/{subject}")["records"]
        held: list[dict[str, Any]] = []
        for service in SERVICES:
            for one in records:
                items = _held_by(client, service, one, reason)
                held.append({"service": service, "subject": one, "items": items})
            count = sum(len(part["items"]) for part in held if part["service"] == service)
            call.note(f"{service}: {count} events")
    document = {"subject": subject, "records": records, "held": held}
    write_fresh(out, json.dumps(document, ensure_ascii=False, indent=1).encode())
    total = sum(len(part["items"]) for part in held)
    print_one(call, {"file": str(out), "records": len(records), "events": total})


@command
def show(call: Call, subject: _Subject) -> None:
    """Show a record without name and phone, and why its erasure was requested.

    Example: whistle person show 0a1b…
    """
    from whistle.output import print_one
    from whistle.signing_in import connect

    _check(subject)
    path = f"/intake/v1/subjects/{subject}"
    with connect(call, "operator") as client:
        found = client.get(path)
        if found["erasure"]:
            found["erasure"] |= client.get(f"{path}/erasure-request")
    print_one(call, found)


@command
def request(  # noqa: PLR0913  # one parameter per option
    call: Call,
    subject: _Subject,
    reason: _Reason,
    ground: Annotated[str, typer.Option(help="request or retention")] = "request",
    withdraw: Annotated[
        list[str] | None, typer.Option(help="number of an open appeal to withdraw; repeatable")
    ] = None,
    go_on: Annotated[
        list[str] | None, typer.Option(help="number of an open appeal to go on with; repeatable")
    ] = None,
) -> None:
    """Request the erasure of a person; another operator approves it.

    Example: whistle person erase-request 0a1b… --reason "letter" --go-on 260928000012
    """
    choices = [{"appeal_no": no, "choice": "withdraw"} for no in withdraw or ()]
    choices += [{"appeal_no": no, "choice": "go_on"} for no in go_on or ()]
    body = {"ground": ground, "reason": reason, "choices": choices}
    _tell(call, subject, "erasure-request", body, "erasure requested")


@command
def approve(
    call: Call,
    subject: _Subject,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask for a confirmation")] = False,
) -> None:
    """Approve a request that somebody else made: the person is erased for good.

    Example: whistle person approve 0a1b…
    """
    if not yes:
        _confirm(subject)
    _tell(call, subject, "erasure-approval", {}, "erased")


@command
def reject(call: Call, subject: _Subject, reason: _Reason) -> None:
    """Reject a request for erasure; the record is used as before.

    Example: whistle person reject 0a1b… --reason "the request came from somebody else"
    """
    _tell(call, subject, "erasure-rejection", {"reason": reason}, "rejected")


@command
def hold(call: Call, subject: _Subject, reason: _Reason) -> None:
    """Keep a record that a law wants kept, however its erasure is decided on.

    Example: whistle person hold 0a1b… --reason "letter of the court"
    """
    _tell(call, subject, "hold", {"reason": reason}, "held")


@command
def lift(call: Call, subject: _Subject, reason: _Reason) -> None:
    """Lift a hold.

    Example: whistle person lift-hold 0a1b… --reason "the case is over"
    """
    _tell(call, subject, "hold-lift", {"reason": reason}, "hold lifted")


@command
def list_erasures(
    call: Call,
    status: Annotated[str, typer.Option(help="requested, approved or rejected")] = "requested",
) -> None:
    """List requests for erasure, oldest first.

    Example: whistle person list
    """
    from whistle.output import Column, print_table
    from whistle.signing_in import connect

    with connect(call, "operator") as client:
        items = list(client.items("/intake/v1/erasures", status=status))
    columns = (
        Column("requested_at", "requested", "申请时间", is_time=True),
        Column("subject", "person", "当事人"),
        Column("ground", "ground", "依据"),
        Column("requested_by", "by", "申请人"),
        Column("held", "held", "留存"),
        Column("status", "status", "状态"),
    )
    print_table(call, columns, items, {"items": items, "total": len(items)})


def _line(item: dict[str, Any]) -> dict[str, Any]:
    still_open = [one["appeal_no"] for one in item["appeals"] if one["is_open"]]
    return {
        "subject": item["subject"],
        "stage": item["stage"],
        "appeals": [one["appeal_no"] for one in item["appeals"]],
        "open": still_open,
    }


def _held_by(client: "Client", service: str, subject: str, reason: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        body = {"reason": reason, "after": after}
        part = client.post(f"/{service}/v1/held/{subject}", body)
        items += part["items"]
        after = part["next"]
    return items


def _check(subject: str) -> None:
    if not _SUBJECT.fullmatch(subject):
        why = "A record's number has 32 digits from 0 to f."
        hint = "find it with `whistle person lookup`"
        raise Failure("that is no number of a person", why, hint, Exit.USAGE)


def _confirm(subject: str) -> None:
    _check(subject)
    if not sys.stdin.isatty():
        why = "Erasing cannot be undone, and there is no terminal to ask at."
        raise Failure("nobody was erased", why, "add --yes", Exit.USAGE)
    typed = typer.prompt("Erasing cannot be undone. Type the last six digits", err=True)
    if typed.strip() != subject[-6:]:
        hint = "list the requests with `whistle person list`"
        raise Failure("nobody was erased", "What was typed is another number.", hint, Exit.USAGE)


def _tell(call: Call, subject: str, act: str, body: dict[str, Any], done: str) -> None:
    from whistle.output import print_one
    from whistle.signing_in import connect

    _check(subject)
    with connect(call, "operator") as client:
        client.post(f"/intake/v1/subjects/{subject}/{act}", body)
    print_one(call, {"subject": subject, "done": done})
