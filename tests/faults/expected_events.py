"""The events that the steps of a story lead to, written by hand, and what is in the logs.

Everything is read over HTTP, so that the same checks serve every database and every transport.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from chassis.feeds.feed import HttpFeed
from contracts.envelope import Recorded
from contracts.services import SERVICES
from tests.people import People

__all__ = ["deviations", "expected", "is_all_processed", "logs_of"]

_PAGE = 500
_MESH = "service.system.mesh"
_LEADS_TO = {
    "receive": ("intake.appeal_received.v3",),
    "file": ("intake.case_filed.v1", "dispatch.case_dispatched.v2"),
    "sign": ("dispatch.case_signed.v1",),
    "sign-2": ("dispatch.case_signed.v1",),
    "propose": ("dispatch.whistle_proposed.v2",),
    "approve": ("dispatch.whistle_approved.v1",),
    "blow": ("dispatch.whistle_blown.v2", "enforcement.operation_opened.v2"),
    "acknowledge": ("enforcement.unit_acknowledged.v1",),
    "report": ("enforcement.unit_reported.v1",),
    "complete": ("enforcement.unit_task_completed.v1",),
    "release": ("enforcement.unit_released.v1",),
    "settle": ("dispatch.whistle_settled.v2",),
    "contact-1": ("dispatch.caller_contacted.v1",),
    "contact-2": ("dispatch.caller_contacted.v1",),
    "handle-1": ("dispatch.handling_reported.v2", "feedback.callback_scheduled.v1"),
    "handle-2": ("dispatch.handling_reported.v2", "feedback.callback_scheduled.v1"),
    "call-1": ("feedback.callback_completed.v1", "dispatch.case_reopened.v2"),
    "call-2": ("feedback.callback_completed.v1", "dispatch.case_closed.v2"),
    "time over": ("feedback.callback_scheduled.v1",),
}
"""The events of the command itself, and those of other services in reaction to them."""
_COUNTED = {wire for wires in _LEADS_TO.values() for wire in wires}


def expected(steps: Iterable[str]) -> Counter[str]:
    """Count what has to be in all logs together when these steps succeeded."""
    return Counter(
        wire for name in steps for wire in _LEADS_TO.get(name) or _LEADS_TO[name.split()[0]]
    )


def logs_of(url_of: Mapping[str, str]) -> dict[str, list[Recorded]]:
    """Read every log to its end."""
    return {name: list(_log(name, url)) for name, url in url_of.items()}


def _log(name: str, url: str) -> Iterator[Recorded]:
    feed, after = HttpFeed(name, url, f"demo.{_MESH}"), 0
    while page := feed.read(after, _PAGE):
        yield from page
        after = page[-1].position
    feed.close()


def deviations(logs: Mapping[str, list[Recorded]], steps: Iterable[str]) -> list[str]:
    """Name missing and surplus events, and every gap."""
    found = Counter(
        one.envelope.type for log in logs.values() for one in log if one.envelope.type in _COUNTED
    )
    wanted = expected(steps)
    return [
        *(f"missing {wire}: {count}" for wire, count in (wanted - found).items()),
        *(f"surplus {wire}: {count}" for wire, count in (found - wanted).items()),
        *(f"{name}: {what}" for name, log in logs.items() for what in _gaps(log)),
    ]


def _gaps(log: list[Recorded]) -> Iterator[str]:
    if [one.position for one in log] != list(range(1, len(log) + 1)):
        yield f"positions are not 1..{len(log)}"
    last: Counter[str] = Counter()
    for one in log:
        last[one.envelope.stream] += 1
        if one.envelope.version != last[one.envelope.stream]:
            yield f"version {one.envelope.version} of {one.envelope.stream} at {one.position}"
    ids = Counter(one.envelope.event_id for one in log)
    yield from (f"event {one} is there {count} times" for one, count in ids.items() if count > 1)


def is_all_processed(people: People) -> bool:
    """Say whether no service is behind, by its own measure."""
    statuses = [people.ask(_MESH, f"/{name}/v1/status") for name in SERVICES]
    return all(count == 0 for one in statuses for count in one["behind"].values())
