"""How far each service has read each source, against the source's true head.

Pure: joins the status of the services with the lag of their Kafka groups. What a service measures
itself counts: an event may also have come by the HTTP feed, which Kafka's lag does not show.
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
    """The last position of the source's log, by its own account."""
    published: int | None
    """Up to where the source's relay has published it to Kafka; None without a relay."""
    done: int | None
    """How many of its events the service has processed; None when the head is not known."""
    behind: int | None
    kafka_lag: int | None
    """Messages that the service's group has not committed; None without such a group."""

    @property
    def unpublished(self) -> int:
        """Events that the relay has not yet published to Kafka."""
        if self.head is None or self.published is None:
            return 0
        return max(0, self.head - self.published)


def lags(
    statuses: Mapping[str, Mapping[str, Any]], groups: Mapping[str, Mapping[str, int | None]]
) -> list[Lag]:
    """Give every lag; `groups` is Kafka's lag by service and source, empty without Kafka."""
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
    """Give the sums; a source's relay counts once, however many services follow the source."""
    unpublished = {one.source: one.unpublished for one in found}
    return {
        "behind": sum(one.behind or 0 for one in found),
        "unknown": sum(one.behind is None for one in found),
        "unpublished": sum(unpublished.values()),
        "kafka_lag": sum(one.kafka_lag or 0 for one in found),
    }
