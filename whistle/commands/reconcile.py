"""`whistle reconcile`: waits until all events are processed, then compares the services."""

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from whistle.client import Client
    from whistle.reconciling.records import Records

__all__ = ["reconcile", "reconciled"]


@command
def reconcile(
    call: Call,
    timeout: Annotated[float, typer.Option(min=0, help="seconds to wait at most")] = 60,
) -> None:
    """Compare what the four services have counted.

    Example: whistle reconcile --json

    Waits until every service has processed all events; the exit code is 7 when they do not within
    --timeout. Names each difference; the exit code is then 3.
    """
    from whistle.output import print_one
    from whistle.signing_in import connect

    with connect(call, "auditor") as client:
        found = reconciled(client, timeout)
    shown = found if call.as_json else {name: found[name] for name in found if name != _LAST}
    print_one(call, shown)
    if not call.as_json:
        for sentence in found[_LAST]:
            print(f"difference\t{sentence}")
    if found[_LAST]:
        call.note(f"{len(found[_LAST])} differences")
        raise typer.Exit(Exit.DIFFERENCES)


_LAST = "differences"


def reconciled(client: "Client", timeout_s: float) -> dict[str, Any]:
    """Give the figures and the differences. Raises: Failure, also when the services stay busy."""
    from whistle.reconciling.comparison import differences
    from whistle.reconciling.totals import totals

    records = _consistent_records(client, timeout_s)
    return {**totals(records), "drained": True, _LAST: differences(records)}


def _consistent_records(client: "Client", timeout_s: float) -> "Records":
    """Read the records; when an event came meanwhile, read them again."""
    from whistle.reconciling.draining import heads, look, wait_until_drained
    from whistle.reconciling.records import fetch

    until_s = time.monotonic() + timeout_s
    while True:
        at = wait_until_drained(client, until_s)
        records = fetch(client)
        if heads(look(client)) == at:
            return records
        if time.monotonic() > until_s:
            raise Failure(
                "the services were never idle",
                "New events came each time while their records were read.",
                "wait longer with --timeout, or run it at a quieter hour",
                Exit.UNAVAILABLE,
            )
