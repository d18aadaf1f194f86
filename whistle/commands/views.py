"""`whistle views`: the state of every view, and rebuilding one while its service runs."""

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from contracts.services import SERVICES
from whistle.call import Call, command
from whistle.exits import Exit
from whistle.failure import Failure
from whistle.language import said

if TYPE_CHECKING:
    from whistle.client import Client

__all__ = ["rebuild", "status"]

_PAUSE_S = 0.2
_WHOLE = 100

_Service = Annotated[str, typer.Argument(help=f"one of {', '.join(SERVICES)}")]
_View = Annotated[str, typer.Argument(help="as `whistle views status` names it")]
_Reason = Annotated[str, typer.Option(help="why; it is kept with your name")]


@command
def status(
    call: Call,
    service: Annotated[str, typer.Option(help=f"one of {', '.join(SERVICES)}; all if empty")] = "",
) -> None:
    """Show every view: current, outdated, building (and how far), or failed (and why).

    Example: whistle views status --json
    """
    from whistle.output import Column, print_table
    from whistle.signing_in import connect

    if service:
        _check(service)
    with connect(call, "operator") as client:
        names = [service] if service else SERVICES
        items = [item for name in names for item in _views_of(client, name)]
    rows = [{**item, "read": _progress_text(item)} for item in items]
    columns = (
        Column("service", "service", "服务"),
        Column("view", "view", "视图"),
        Column("state", "state", "状态"),
        Column("read", "read", "已读"),
        Column("since", "since", "起始", is_time=True),
        Column("problem", "problem", "问题"),
    )
    print_table(call, columns, rows, {"items": items, "total": len(items)})


@command
def rebuild(
    call: Call,
    service: _Service,
    view: _View,
    reason: _Reason,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="wait until it is done")] = False,
) -> None:
    """Rebuild a view beside the one in use, which serves readers until the switch.

    Example: whistle views rebuild dispatch cases --reason "figures look odd" --follow

    With --follow the exit code is 5 when it fails. Without it, `whistle views status` shows the
    progress. Ctrl-C ends the following, not the rebuild.
    """
    from whistle.output import is_for_program, print_one
    from whistle.signing_in import connect

    _check(service)
    with connect(call, "operator") as client:
        client.post(f"/{service}/v1/views/{view}/rebuild", {"reason": reason})
        item = (
            _wait_for_end(call, client, service, view) if follow else _find(client, service, view)
        )
    if follow and not is_for_program(call):
        count = item["event_count"]
        print(
            said(
                f"rebuilt {service} {view}, {count} events",
                f"已重建 {service} {view}，{count} 个事件",
            )
        )
    else:
        print_one(call, item)


def _wait_for_end(call: Call, client: "Client", service: str, view: str) -> dict[str, Any]:
    """Wait for the end, with a progress bar. Raises: Failure when the rebuild failed."""
    from whistle.progress import progress

    item = _find(client, service, view)
    with progress(call, f"{service} {view}, percent", _WHOLE) as advance:
        shown = 0
        while item["state"] == "building":
            for _ in range(shown, percent := max(shown, _percent(item))):
                advance()
            shown = percent
            time.sleep(_PAUSE_S)
            item = _find(client, service, view)
    if item["state"] == "failed":
        raise Failure(
            "the rebuild failed",
            item["problem"].partition("; ")[0] + ".",
            "the view in use is unchanged; correct the cause and start the rebuild again",
            Exit.REFUSED,
        )
    return item


def _percent(item: dict[str, Any]) -> int:
    logs = item["progress"]
    whole = sum(one["head"] for one in logs)
    return min(_WHOLE, _WHOLE * sum(one["position"] for one in logs) // whole) if whole else 0


def _progress_text(item: dict[str, Any]) -> str:
    return " ".join(f"{one['log']}:{one['position']}/{one['head']}" for one in item["progress"])


def _find(client: "Client", service: str, view: str) -> dict[str, Any]:
    with suppress(StopIteration):
        return next(item for item in _views_of(client, service) if item["view"] == view)
    why = f"{service} has no view {view!r}."
    raise Failure("no such view", why, "list them with `whistle views status`", Exit.REFUSED)


def _views_of(client: "Client", service: str) -> list[dict[str, Any]]:
    found = client.get(f"/{service}/v1/views")
    return [{"service": service, **item} for item in found["items"]]


def _check(service: str) -> None:
    if service not in SERVICES:
        why = f"There is no service {service!r}."
        raise Failure("no such service", why, f"choose {', '.join(SERVICES)}", Exit.USAGE)
