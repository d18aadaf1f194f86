"""`whistle events tail`: the event logs, one event per line, from any position on."""

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contracts.services import SERVICES
from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whistle.client import Client

__all__ = ["tail"]

_PAGE = 1_000
_PAUSE_S = 0.5


@command
def tail(
    call: Call,
    service: Annotated[str, typer.Option(help=f"one of {', '.join(SERVICES)}; all if empty")] = "",
    after: Annotated[int, typer.Option(min=0, help="begin after this position")] = 0,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="wait for more events")] = False,
) -> None:
    """Print events in the order of their log, as JSON lines.

    Example: whistle events tail --service dispatch --after 100 --follow

    Events hold no personal data. Each service counts its own positions. --follow waits for more
    events until Ctrl-C.
    """
    from whistle.signing_in import connect

    if service and service not in SERVICES:
        why = f"There is no service {service!r}."
        raise Failure("no such feed", why, f"choose {', '.join(SERVICES)}", Exit.USAGE)
    read = dict.fromkeys([service] if service else SERVICES, after)
    with connect(call, "auditor") as client:
        while True:
            count = sum(_print_page(client, read, name, call) for name in read)
            if not count:
                if not follow:
                    return
                time.sleep(_PAUSE_S)


def _print_page(client: "Client", read: dict[str, int], name: str, call: Call) -> int:
    """Print the next page of a log; give how many events it has."""
    from whistle.output import print_line

    page = client.get(f"/{name}/v1/events", after=read[name], limit=_PAGE)
    count = 0
    for event in _events(page):
        if call.as_json or not _is_terminal():
            print_line(event)
        else:
            _print_line_of_text(event)
        read[name] = event["position"]
        count += 1
    return count


def _events(page: dict[str, Any]) -> "Iterator[dict[str, Any]]":
    import json

    for entry in page["events"]:
        meta = json.loads(entry["meta"])
        yield {"position": entry["position"], **meta, "data": json.loads(entry["data"])}


def _is_terminal() -> bool:
    import sys

    return sys.stdout.isatty()


def _print_line_of_text(event: dict[str, Any]) -> None:
    from whistle.output import local_time

    at, actor = local_time(event["recorded_at"]), event["actor"]
    print(
        f"{event['position']:>7}  {at}  {event['type']:<44} {event['stream']:<26} "
        f"v{event['version']:<3} {actor['role']} {actor['unit']}"
    )
