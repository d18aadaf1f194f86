"""`whistle topics`: makes the Kafka topics that contracts/topics.py defines."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from whistle.call import Call, local_command
from whistle.connection import read_settings
from whistle.exits import Exit
from whistle.failure import Failure

if TYPE_CHECKING:
    from whistle.kafka.cluster import Cluster
    from whistle.kafka.plan import Step

__all__ = ["apply", "plan"]

_Kafka = Annotated[str, typer.Option(metavar="HOST:PORT", help="the brokers [WHISTLE_KAFKA]")]
_Copies = Annotated[
    int | None, typer.Option(min=1, help="copies of each topic, where brokers are few")
]


@local_command
def plan(call: Call, kafka: _Kafka = "", replication: _Copies = None) -> None:
    """Show what `apply` would do to the topics; change nothing.

    Example: whistle topics plan --kafka 127.0.0.1:9092

    The exit code is 3 when `apply` would change or refuse something.
    """
    from whistle.kafka.cluster import connected

    with connected(kafka or read_settings().kafka) as cluster:
        steps = _steps(cluster, replication)
    _print_steps(call, steps, applied=False)
    if any(step.action.value != "leave" for step in steps):
        raise typer.Exit(Exit.DIFFERENCES)


@local_command
def apply(call: Call, kafka: _Kafka = "", replication: _Copies = None) -> None:
    """Make the topics that contracts/topics.py defines, and correct their settings.

    Example: whistle topics apply --replication 1

    Never changes how many partitions a topic has, which would break the order within a case. When
    a topic has another number, nothing is changed and the exit code is 5.
    """
    from whistle.kafka.cluster import connected

    with connected(kafka or read_settings().kafka) as cluster:
        steps = _steps(cluster, replication)
        _check(steps)
        _execute(cluster, steps, replication)
    _print_steps(call, steps, applied=True)


def _steps(cluster: "Cluster", replication: int | None) -> "list[Step]":
    from contracts.topics import TOPICS
    from whistle.kafka.plan import plan as planned

    steps = planned(TOPICS.values(), cluster.topics(), replication)
    brokers = cluster.broker_count()
    copies = replication or max(topic.replication_factor for topic in TOPICS.values())
    if any(step.action.value == "create" for step in steps) and copies > brokers:
        raise Failure(
            "the topics cannot be made",
            f"{copies} copies are wanted, and there are {brokers} brokers to keep them.",
            f"start more brokers, or give --replication {brokers}",
            Exit.REFUSED,
        )
    return steps


def _check(steps: "Sequence[Step]") -> None:
    refused = [step for step in steps if step.action.value == "refuse"]
    if refused:
        named = "; ".join(
            f"{step.topic} has {step.now} {step.setting}, not {step.wanted}" for step in refused
        )
        raise Failure(
            "nothing was done to the topics",
            f"{named}: {refused[0].why}.",
            "correct contracts/topics.py, or make a topic of a new name and move over to it",
            Exit.REFUSED,
        )


def _execute(cluster: "Cluster", steps: "Sequence[Step]", replication: int | None) -> None:
    from contracts.topics import TOPICS

    new = {step.topic for step in steps if step.action.value == "create"}
    cluster.create([topic for topic in TOPICS.values() if topic.name in new], replication)
    changes: dict[str, dict[str, str]] = {}
    for step in steps:
        if step.action.value == "change":
            changes.setdefault(step.topic, {})[step.setting] = step.wanted
    cluster.change(changes)


def _print_steps(call: Call, steps: "Sequence[Step]", *, applied: bool) -> None:
    from whistle.kafka.plan import counted
    from whistle.output import Column, print_table

    columns = (
        Column("topic", "topic", "主题"),
        Column("action", "action", "动作"),
        Column("setting", "setting", "设置"),
        Column("now", "is", "现为"),
        Column("wanted", "should be", "应为"),
        Column("why", "why", "原因"),
    )
    items = [{**asdict(step), "action": step.action.value} for step in steps]
    totals = counted(steps)
    print_table(call, columns, items, {"applied": applied, "items": items, "totals": totals})
    summary = ", ".join(f"{count} to {name}" for name, count in totals.items())
    call.note(f"{'done' if applied else 'planned'}: {summary}")
