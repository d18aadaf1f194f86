"""What is planned for the topics of a cluster, from what it has and what it should have."""

from dataclasses import replace

from contracts.topics import TOPICS, Topic
from whistle.kafka.plan import Action, Found, Step, counted, plan

TOPIC = Topic("whistle.meters.v1", partition_count=12, retention_days=7)
SETTINGS = {
    "cleanup.policy": "delete",
    "retention.ms": "604800000",
    "min.insync.replicas": "2",
}
FOUND = Found("whistle.meters.v1", 12, 3, SETTINGS)


def findings(found: Found, replication: int | None = None) -> list[tuple[Action, str, str, str]]:
    steps = plan([TOPIC], [found], replication)
    return [(one.action, one.setting, one.now, one.wanted) for one in steps]


def test_what_is_as_it_should_be_needs_nothing() -> None:
    assert plan([TOPIC], [FOUND], None) == []


def test_what_is_missing_is_created() -> None:
    (step,) = plan([TOPIC], [], None)
    assert (step.topic, step.action) == (TOPIC.name, Action.CREATE)
    assert step.wanted == "12 partitions, 3 copies"


def test_another_retention_is_changed() -> None:
    short = replace(FOUND, settings={**SETTINGS, "retention.ms": "1000"})
    assert findings(short) == [(Action.CHANGE, "retention.ms", "1000", "604800000")]
    unset = {name: value for name, value in SETTINGS.items() if name != "retention.ms"}
    assert findings(replace(FOUND, settings=unset)) == [
        (Action.CHANGE, "retention.ms", "", "604800000")
    ]


def test_more_partitions_are_refused_as_fewer_are() -> None:
    for count in (11, 13):
        (step,) = plan([TOPIC], [replace(FOUND, partition_count=count)], None)
        assert (step.action, step.now, step.wanted) == (Action.REFUSE, str(count), "12")
        assert "read out of order" in step.why


def test_other_copies_are_left_to_those_who_move_them_and_settings_follow_them() -> None:
    single = replace(FOUND, replication_factor=1)
    assert findings(single) == [
        (Action.LEAVE, "copies", "1", "3"),
        (Action.CHANGE, "min.insync.replicas", "2", "1"),
    ]
    lone = replace(single, settings={**SETTINGS, "min.insync.replicas": "1"})
    assert findings(lone, replication=1) == []


def test_what_somebody_else_set_or_made_is_shown_and_left() -> None:
    theirs = replace(FOUND, settings={**SETTINGS, "segment.bytes": "1048576"})
    assert findings(theirs) == [(Action.LEAVE, "segment.bytes", "1048576", "")]
    other = Found("whistle.other.v1", 1, 1)
    (step,) = plan([TOPIC], [FOUND, other], None)
    assert (step.topic, step.action) == ("whistle.other.v1", Action.LEAVE)


def test_findings_are_counted_by_what_is_to_be_done() -> None:
    steps = [Step("a", action, "", "", "", "") for action in (Action.CREATE, Action.CREATE)]
    assert counted(steps) == {"create": 2, "change": 0, "refuse": 0, "leave": 0}


def test_a_write_survives_the_loss_of_one_copy_where_there_are_several() -> None:
    topic = TOPICS["intake"]
    found = {copies: topic.settings(copies)["min.insync.replicas"] for copies in (1, 2, 3, 5)}
    assert found == {1: "1", 2: "1", 3: "2", 5: "4"}
