"""`whistle reconcile`: waits until everything was heard, then compares the services' books."""

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from whistle.client import Client
    from whistle.reconciling.books import Books

__all__ = ["reconcile", "reconciled"]


@command
def reconcile(
    call: Call,
    timeout: Annotated[float, typer.Option(min=0, help="seconds to wait at most")] = 60,
) -> None:
    """Compare the services' books with each other, and count.

    Example: whistle reconcile --json

    Waits until every service has heard everything; the exit code is 7 when that is in vain. Each
    difference is named; the exit code is then 3.
    """
    from whistle.client import connect
    from whistle.output import print_one

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
    """Give the figures and the differences. Raises: Failure, also when nothing comes to rest."""
    from whistle.reconciling.comparison import differences
    from whistle.reconciling.totals import totals

    books = _books_at_rest(client, timeout_s)
    return {**totals(books), "drained": True, _LAST: differences(books)}


def _books_at_rest(client: "Client", timeout_s: float) -> "Books":
    """Read the books while nothing is said; else read them again."""
    from whistle.reconciling.books import fetch
    from whistle.reconciling.draining import heads, look, wait_until_drained

    until_s = time.monotonic() + timeout_s
    while True:
        at = wait_until_drained(client, until_s)
        books = fetch(client)
        if heads(look(client)) == at:
            return books
        if time.monotonic() > until_s:
            raise Failure(
                "the books were never at rest",
                "Somebody acted each time while they were being read.",
                "wait longer with --timeout, or run it at a quieter hour",
                Exit.UNAVAILABLE,
            )
