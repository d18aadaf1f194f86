"""How far each service has come with each source, against the source's true head.

Pure: puts what the services say of themselves beside what Kafka says of their groups. A service's
own measure counts: an event may also have come by the HTTP feed, and then Kafka's lag is of no use.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Lag", "lags", "totals"]


@dataclass(frozen=True, slots=True)
class Lag:
    """One service and one of its sources."""

    service: str
    source: str
    head: int | None
    """The last position of the source's log, as it says itself."""
    published: int | None
    """How far the source's relay has brought it to Kafka; None without a relay."""
    done: int | None
    """How many of its events the service has dealt with; None when it cannot know the head."""
    behind: int | None
    kafka_lag: int | None
    """Messages the service's group has still to commit; None where there is no such group."""

    @property
    def unpublished(self) -> int:
        """Events that the relay has still to bring to Kafka."""
        if self.head is None or self.published is None:
            return 0
        return max(0, self.head - self.published)


def lags(
    statuses: Mapping[str, Mapping[str, Any]], groups: Mapping[str, Mapping[str, int | None]]
) -> list[Lag]:
    """Put it together; `groups` is Kafka's lag by service and source, empty without Kafka."""
    found = []
    for service, status in statuses.items():
        for source, behind in sorted(status["behind"].items()):
            head = statuses[source]["head"] if source in statuses else None
            is_known = behind >= 0
            found.append(
                Lag(
                    service,
                    source,
                    head,
                    statuses.get(source, {}).get("published"),
                    max(0, head - behind) if head is not None and is_known else None,
                    behind if is_known else None,
                    groups.get(service, {}).get(source),
                )
            )
    return found


def totals(found: list[Lag]) -> dict[str, int]:
    """Sum up; a source's relay is counted once, however many follow it."""
    unpublished = {one.source: one.unpublished for one in found}
    return {
        "behind": sum(one.behind or 0 for one in found),
        "unknown": sum(one.behind is None for one in found),
        "unpublished": sum(unpublished.values()),
        "kafka_lag": sum(one.kafka_lag or 0 for one in found),
    }
