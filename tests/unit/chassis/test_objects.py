"""What every object answers: its history in words, and which commands would be accepted now."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, cast

import pytest
from fastapi import APIRouter, Depends, Response

from chassis.errors import Forbidden
from chassis.http.identity import allow
from chassis.http.objects import Kind, objects
from chassis.service import Service
from chassis.unit_of_work.outcomes import Done, Failed
from chassis.unit_of_work.requests import DryRun, Request
from chassis.unit_of_work.session import Session
from chassis.unit_of_work.work import Origin
from contracts.envelope import Actor
from contracts.event import Event
from contracts.said import Told
from tests.counters.counter import CheckMissed, Count, CounterUnknown, Open
from tests.counters.services import HOUR, Counters
from tests.harness.http_client import HttpClient
from tests.harness.service import OFFICER as ACTING
from tests.harness.service import command_id
from tests.unit.chassis.test_command_routes import LEADER, OFFICER, PATH, declare

Reader = Annotated[Actor, Depends(allow("officer", "leader", "auditor"))]
KINDS = (Kind("/counters/v1/counters/{number}", lambda number: f"counter-{number}"),)
AUDITOR = "auditor.bureau.x-1"


class NotForYou(Forbidden):
    """This person may not see counters."""

    code = "not_for_you"
    zh = "不可见。"
    en = "You cannot see it."


def wording(event: Event) -> Told:
    """Tell an event by its name."""
    is_missed = isinstance(event, CheckMissed)
    name = type(event).__name__
    return Told(zh=f"{name}。", en=f"{name}.", is_nobodys=is_missed, catalogue=None, limits=[])


def reads(service: Service) -> APIRouter:
    """Give the route that reads a counter, as it stands or stood."""
    routes = APIRouter(prefix="/counters/v1", tags=["counters"])

    @routes.get("/counters/{number}")
    def get_counter(
        number: str, response: Response, actor: Reader, as_of: int | None = None
    ) -> dict[str, str]:
        loaded = service.load(f"counter-{number}", as_of)
        if not loaded.version:
            raise CounterUnknown
        if actor.person == "p-recused":
            raise NotForYou
        response.headers["ETag"] = f'"{loaded.version}"'
        return {"label": loaded.state.label}

    return routes


@pytest.fixture
def client(counters: Counters) -> Iterator[HttpClient]:
    own = [reads(counters.service), declare()]
    opened = counters.client([*own, objects(counters.service, own, KINDS, wording)])
    yield opened
    opened.close()


def actions(client: HttpClient, actor: str, number: str = "1") -> dict[str, Any]:
    """Give what somebody is told of each route: True, or the code of the refusal."""
    answer = client.ask(actor, f"{PATH}/{number}/actions").json()
    assert answer["total"] == len(answer["items"])
    prefix = f"{PATH}/{number}/"
    return {
        one["path"].removeprefix(prefix): one["allowed"] or one["code"] for one in answer["items"]
    }


class WhenTheHistoryIsRead:
    def test_it_tells_every_event_in_order_with_who_and_when(
        self, client: HttpClient, counters: Counters
    ) -> None:
        counters.given(counters.open("9"), counters.open("1"), counters.count("1"))
        answer = client.ask(AUDITOR, f"{PATH}/1/history")
        assert answer.headers["etag"] == '"2"'
        by = {"person": "p-officer", "unit": "street-lighting", "role": "officer"}
        at = "2026-11-23T08:00:00.000000Z"
        shared: dict[str, Any] = {"recorded_at": at, "by": by, "catalogue": None, "limits": []}
        assert answer.json() == {
            "total": 2,
            "items": [
                {
                    "version": 1,
                    "position": 2,
                    "type": "counters.counter_opened.v1",
                    "zh": "CounterOpened。",
                    "en": "CounterOpened.",
                    **shared,
                },
                {
                    "version": 2,
                    "position": 3,
                    "type": "counters.counter_counted.v1",
                    "zh": "CounterCounted。",
                    "en": "CounterCounted.",
                    **shared,
                },
            ],
        }

    def test_what_nobody_did_names_nobody_though_a_command_brought_it_to_light(
        self, client: HttpClient, counters: Counters
    ) -> None:
        due = counters.clock.now() + HOUR
        counters.given(counters.open("1", due=(due,)))
        counters.clock.moment += 2 * HOUR
        counters.given(counters.count("1"))
        items = client.ask(AUDITOR, f"{PATH}/1/history").json()["items"]
        assert [(one["en"], one["by"] is None) for one in items] == [
            ("CounterOpened.", False),
            ("CheckMissed.", True),
            ("CounterCounted.", False),
        ]

    def test_what_the_service_did_names_nobody(
        self, client: HttpClient, counters: Counters
    ) -> None:
        counters.given(counters.open("1", due=(counters.clock.now() + HOUR,)))
        counters.wait_until(counters.clock.now() + 2 * HOUR)
        items = client.ask(AUDITOR, f"{PATH}/1/history").json()["items"]
        assert [one["by"] is None for one in items] == [False, True]


class WhenSomebodyAsksWhatTheyMayDo:
    def test_each_command_is_offered_or_has_its_refusal(
        self, client: HttpClient, counters: Counters
    ) -> None:
        counters.given(counters.open("1", "2"))
        assert actions(client, OFFICER) == {
            "count": True,
            "pairs/{other}/reset": "role_missing",
            "copy": True,
        }
        counters.given(counters.count("1"))
        assert actions(client, OFFICER)["count"] == "counter_not_at_zero"
        assert actions(client, AUDITOR) == dict.fromkeys(
            ("count", "pairs/{other}/reset", "copy"), "role_missing"
        )

    def test_a_command_is_tried_on_each_candidate_of_its_path(
        self, client: HttpClient, counters: Counters
    ) -> None:
        counters.given(counters.open("1", "2", "3"), counters.count("1", "3"))
        found = actions(client, LEADER)
        assert (found["pairs/2/reset"], found["pairs/3/reset"]) == ("counter_at_zero", True)

    def test_without_a_candidate_it_is_shown_with_its_refusal(
        self, client: HttpClient, counters: Counters
    ) -> None:
        counters.given(counters.open("1"))
        assert actions(client, LEADER)["pairs/{other}/reset"] == "counter_at_zero"

    def test_the_body_that_was_tried_is_shown_and_accepted(
        self, client: HttpClient, counters: Counters
    ) -> None:
        counters.given(counters.open("1"))
        items = client.ask(OFFICER, f"{PATH}/1/actions").json()["items"]
        count = next(one for one in items if one["name"] == "count_up")
        assert (count["method"], count["body"]) == ("POST", {"amount": 1})
        assert client.tell(OFFICER, count["path"], count["body"], "k").is_success

    def test_a_refusal_is_said_in_both_languages(
        self, client: HttpClient, counters: Counters
    ) -> None:
        counters.given(counters.open("1"))
        for one in client.ask(AUDITOR, f"{PATH}/1/actions").json()["items"]:
            assert "auditor" in one["zh"]
            assert "auditor" in one["en"]
            assert one["zh"] != one["en"]

    def test_nothing_is_written(self, client: HttpClient, counters: Counters) -> None:
        counters.given(counters.open("1", "2"))
        before = counters.recorded()
        actions(client, OFFICER)
        assert counters.recorded() == before


class WhenSomebodyMayNotReadTheObject:
    @pytest.mark.parametrize("what", ["history", "actions"])
    @pytest.mark.parametrize(
        ("actor", "number", "code"),
        [
            ("", "1", "not_signed_in"),
            ("visitor.hotline.p-1", "1", "role_missing"),
            ("officer.street-lighting.p-recused", "1", "not_for_you"),
            (OFFICER, "7", "counter_unknown"),
        ],
    )
    def test_both_questions_are_refused_as_the_object_is(  # noqa: PLR0913  # two fixtures
        self, client: HttpClient, counters: Counters, what: str, actor: str, number: str, code: str
    ) -> None:
        counters.given(counters.open("1"))
        shown = client.ask(actor, f"{PATH}/{number}")
        answer = client.ask(actor, f"{PATH}/{number}/{what}")
        assert answer.status_code == shown.status_code
        assert answer.json()["code"] == shown.json()["code"] == code

    def test_it_is_asked_of_the_object_as_it_is_now_alone(
        self, client: HttpClient, counters: Counters
    ) -> None:
        counters.given(counters.open("1"), counters.count("1"))
        assert client.ask(OFFICER, f"{PATH}/1", as_of=1).headers["etag"] == '"1"'
        assert client.ask(OFFICER, f"{PATH}/1/history").headers["etag"] == '"2"'
        assert client.ask(OFFICER, f"{PATH}/1/history", as_of=1).status_code == 422

    def test_an_object_without_a_route_to_read_it_has_no_history(self, counters: Counters) -> None:
        with pytest.raises(LookupError):
            objects(counters.service, [declare()], KINDS, wording)


class WhenADryRunStandsBetweenCommands:
    def test_each_of_its_commands_begins_where_the_log_stands_and_is_undone(
        self, counters: Counters
    ) -> None:
        now = counters.clock.now()

        def count(session: Session) -> None:
            session.texts.seal("a note", "counter-1")
            session.names.next_number("notes")
            session.execute(Count(now, 5), "counter-1")

        dry_run = dry(count, count)
        requests: list[Request] = [
            counters.open("1", key="a"),
            dry_run,
            counters.count("1", key="b"),
        ]
        opened, tried, counted = counters.service.unit_of_work.handle(requests)
        assert isinstance(tried, Done)
        assert tried.value == [None, None]
        assert not tried.appended
        assert (opened, counted) == (Done("counter-1", 1), Done("counter-1", 2))
        assert [name for *_, name in counters.log()] == ["counter_opened", "counter_counted"]
        last = counters.service.unit_of_work.handle([counters.command(_next_number)])
        assert [one.value for one in last if isinstance(one, Done)] == [1]

    def test_the_commands_around_it_are_committed_without_another_attempt(
        self, counters: Counters
    ) -> None:
        tries: list[str] = []

        def noted(session: Session) -> None:
            tries.append("command")
            session.execute(Open("1", "hall", session.now), "counter-1")

        def refused(session: Session) -> None:
            tries.append("dry")
            session.texts.seal("a note", "counter-1")
            raise CounterUnknown

        dry_run = dry(refused)
        outcomes = counters.service.unit_of_work.handle([counters.command(noted), dry_run])
        assert tries == ["command", "dry"]
        assert isinstance(outcomes[1], Done)
        assert [type(one) for one in cast("list[object]", outcomes[1].value)] == [CounterUnknown]

    def test_what_breaks_in_it_is_its_own(self, counters: Counters) -> None:
        def broken(_session: Session) -> None:
            raise ZeroDivisionError

        dry_run = dry(broken)
        outcomes = counters.service.unit_of_work.handle([counters.open("1"), dry_run])
        assert isinstance(outcomes[0], Done)
        assert isinstance(outcomes[1], Failed)
        assert [name for *_, name in counters.log()] == ["counter_opened"]


def dry(*runs: Callable[[Session], object]) -> DryRun:
    """Let the officer try some commands."""
    identity = command_id("dry")
    return DryRun(Origin(identity, ACTING, identity, identity), runs)


def _next_number(session: Session) -> int:
    return session.names.next_number("notes")
