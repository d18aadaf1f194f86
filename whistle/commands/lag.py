"""`whistle lag`: how far each service has read the logs of the others."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from contracts.services import SERVICES
from whistle.call import Call, command
from whistle.connection import read_settings

__all__ = ["lag"]


@command
def lag(
    call: Call,
    kafka: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="the brokers [WHISTLE_KAFKA]")
    ] = "",
) -> None:
    """Show how far each service has read each of its sources.

    Example: whistle lag --json

    The services measure it themselves, against the true head of each log. Where Kafka is named, the
    table also has what the relays have published and what Kafka's groups have not committed.
    """
    from whistle.kafka.lag import lags, totals
    from whistle.output import Column, print_table
    from whistle.signing_in import connect

    with connect(call, "operator") as client:
        statuses = {name: client.get(f"/{name}/v1/status") for name in SERVICES}
    found = lags(statuses, _group_lags(kafka or read_settings().kafka, statuses))
    columns = (
        Column("service", "service", "服务"),
        Column("source", "follows", "来源"),
        Column("head", "head", "日志末位"),
        Column("published", "published", "已发布"),
        Column("done", "done", "已处理"),
        Column("behind", "behind", "未处理"),
        Column("kafka_lag", "Kafka's lag", "Kafka 滞后"),
    )
    items, sums = [asdict(one) for one in found], totals(found)
    print_table(call, columns, items, {"items": items, "totals": sums})
    call.note(
        f"{sums['behind']} events not yet processed, {sums['unpublished']} not yet published, "
        f"{sums['unknown']} sources without an answer"
    )


def _group_lags(kafka: str, statuses: dict[str, Any]) -> dict[str, dict[str, int | None]]:
    """Give the lag of each service's Kafka group by source; nothing where Kafka is not named."""
    if not kafka:
        return {}
    from contracts.topics import TOPICS, group_of
    from whistle.kafka.cluster import connected

    found = {}
    with connected(kafka) as cluster:
        for service, status in statuses.items():
            topics = {source: TOPICS[source].name for source in status["behind"]}
            missing = cluster.group_lag(group_of(service), [*topics.values()])
            found[service] = {source: missing[topic] for source, topic in topics.items()}
    return found
