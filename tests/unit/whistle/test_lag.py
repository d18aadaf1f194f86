"""The lags, from the status of the services and of Kafka's groups."""

from typing import Any

from whistle.kafka.lag import Lag, lags, totals


def status(head: int, behind: dict[str, int], published: int | None = None) -> dict[str, Any]:
    return {"head": head, "behind": behind, "published": published}


def test_a_service_is_measured_against_the_true_head_of_its_source() -> None:
    statuses = {"intake": status(10, {"dispatch": 3}, 9), "dispatch": status(20, {"intake": 0}, 20)}
    groups = {"intake": {"dispatch": 5}}
    assert lags(statuses, groups) == [
        Lag("intake", "dispatch", head=20, published=20, done=17, behind=3, kafka_lag=5),
        Lag("dispatch", "intake", head=10, published=9, done=10, behind=0, kafka_lag=None),
    ]


def test_a_source_without_an_answer_does_not_count_as_zero() -> None:
    (one,) = lags({"intake": status(10, {"dispatch": -1})}, {})
    assert (one.head, one.done, one.behind) == (None, None, None)
    assert totals([one]) == {"behind": 0, "unknown": 1, "unpublished": 0, "kafka_lag": 0}


def test_a_relay_is_counted_once_however_many_follow_it() -> None:
    statuses = {
        "intake": status(10, {}, 4),
        "dispatch": status(0, {"intake": 1}),
        "feedback": status(0, {"intake": 2}),
    }
    groups = {"dispatch": {"intake": 7}, "feedback": {"intake": 8}}
    assert totals(lags(statuses, groups)) == {
        "behind": 3,
        "unknown": 0,
        "unpublished": 6,
        "kafka_lag": 15,
    }
