"""`whistle events tail`: what the services say, one event per line, from any position on."""

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from whistle.call import Call, command
from whistle.connection import SERVICES
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
    follow: Annotated[bool, typer.Option("--follow", "-f", help="wait for more")] = False,
) -> None:
    """Print events in the order of their log, as JSON lines.

    Example: whistle events tail --service dispatch --after 100 --follow

    They hold no personal data. Positions are per service; --follow waits for more until Ctrl-C.
    """
    from whistle.client import connect

    if service and service not in SERVICES:
        why = f"There is no service {service!r}."
        raise Failure("no such feed", why, f"choose {', '.join(SERVICES)}", Exit.USAGE)
    heard = dict.fromkeys([service] if service else SERVICES, after)
    with connect(call, "auditor") as client:
        while True:
            moved = sum(_read(client, heard, name, call) for name in heard)
            if not moved:
                if not follow:
                    return
                time.sleep(_PAUSE_S)


def _read(client: "Client", heard: dict[str, int], name: str, call: Call) -> int:
    """Print one page of a feed; give how many events it had."""
    from whistle.output import print_line

    page = client.get(f"/{name}/v1/events", after=heard[name], limit=_PAGE)
    count = 0
    for event in _events(page):
        if call.as_json or not _has_terminal():
            print_line(event)
        else:
            _print_plainly(event)
        heard[name] = event["position"]
        count += 1
    return count


def _events(page: dict[str, Any]) -> "Iterator[dict[str, Any]]":
    import json

    for entry in page["events"]:
        meta = json.loads(entry["meta"])
        yield {"position": entry["position"], **meta, "data": json.loads(entry["data"])}


def _has_terminal() -> bool:
    import sys

    return sys.stdout.isatty()


def _print_plainly(event: dict[str, Any]) -> None:
    from whistle.output import shown_time

    at, actor = shown_time(event["recorded_at"]), event["actor"]
    print(
        f"{event['position']:>7}  {at}  {event['type']:<44} {event['stream']:<26} "
        f"v{event['version']:<3} {actor['role']} {actor['unit']}"
    )
