"""Feedback over HTTP: the visitors' work and the scores, through the chassis's application."""

from typing import Any

import pytest
from httpx import Response

from contracts.events.feedback import ReadingNoted, ReadingRefused
from contracts.ids import CaseNo, UnitCode
from tests.unit.feedback.facts import (
    CASE_NO,
    HANDLER,
    LI,
    STREET,
    WANG,
    dispatched,
    end_ordered,
    handling_reported,
    number,
)
from tests.unit.feedback.harness import CALLS, SATISFIED, SCORES, FeedbackHarness

AUDITOR = "auditor.audit-office.p-auditor"
OFFICER = f"officer.{STREET}.{HANDLER}"
GAS = UnitCode("gas-company")
PLANTED = "planted note about 王某某 13900000000"


def line(scores: dict[str, Any], unit: str) -> dict[str, Any]:
    (found,) = [one for one in scores["items"] if one["unit"] == unit]
    return dict(found)


def code_of(answer: Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["code"])


class WhenAVisitorWorks:
    def test_the_queue_is_paged_and_counted(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG, LI)))
        first = feedback.get(CALLS, status="open", limit=1).json()
        assert (first["total"], [one["callback_no"] for one in first["items"]]) == (2, [number()])
        second = feedback.get(CALLS, status="open", limit=1, after=first["next"]).json()
        assert [one["callback_no"] for one in second["items"]] == [number(LI)]
        assert second["next"] is None

    def test_an_answer_is_recorded_and_readable_at_once(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        done = feedback.complete(number(), resolved=False, satisfaction="basically_satisfied")
        assert (done.status_code, done.json()) == (200, {"id": number(), "version": 2})
        shown = feedback.get(f"{CALLS}/{number()}")
        assert shown.headers["etag"] == '"2"'
        assert shown.json() == {
            "callback_no": number(),
            "case_no": CASE_NO,
            "appeal_no": CASE_NO,
            "round": 1,
            "anonymous": False,
            "unit": STREET,
            "trigger": "handling_reported",
            "status": "completed",
            "attempts": 0,
            "scheduled_at": "2026-11-23T04:00:00.000000Z",
            "answers": {
                "contacted": True,
                "resolved": False,
                "satisfaction": "basically_satisfied",
            },
            "has_note": False,
            "ground": None,
            "version": 2,
        }
        assert feedback.get(CALLS, status="open").json()["total"] == 0

    def test_the_third_attempt_in_vain_is_the_last(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        for expected in (2, 3, 5):
            reply = feedback.post(f"{CALLS}/{number()}/attempts", {})
            assert reply.json()["version"] == expected
        shown = feedback.get(f"{CALLS}/{number()}").json()
        assert (shown["status"], shown["attempts"], shown["answers"]) == ("completed", 3, None)
        assert (
            code_of(feedback.post(f"{CALLS}/{number()}/attempts"), 409) == "callback_already_over"
        )

    def test_a_waiver_needs_no_body_and_may_come_twice(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        for body in (None, dict[str, str]()):
            reply = feedback.post(f"{CALLS}/{number()}/waiver", body)
            assert (reply.status_code, reply.json()["version"]) == (200, 2)
        shown = feedback.get(f"{CALLS}/{number()}").json()
        assert (shown["status"], shown["ground"]) == ("waived", "not_wanted")

    def test_the_same_key_gets_the_first_answer(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        path = f"{CALLS}/{number()}/completion"
        first = feedback.post(path, SATISFIED, idempotency_key="k")
        again = feedback.post(path, SATISFIED, idempotency_key="k")
        assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
        other = feedback.post(path, {**SATISFIED, "resolved": False}, idempotency_key="k")
        assert code_of(other, 422) == "idempotency_key_reused"

    def test_a_stale_form_is_refused(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        feedback.post(f"{CALLS}/{number()}/attempts")
        stale = feedback.post(f"{CALLS}/{number()}/completion", SATISFIED, if_match='"1"')
        assert code_of(stale, 412) == "stale_version"


class WhenSomethingIsWrong:
    def test_a_handler_may_not_call(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        for actor in (f"visitor.{STREET}.p-x", f"visitor.hotline.{HANDLER}"):
            refused = feedback.post(f"{CALLS}/{number()}/completion", SATISFIED, actor)
            assert code_of(refused, 403) == "callback_by_handler"

    def test_other_roles_may_not(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        for step in ("attempts", "completion", "waiver"):
            refused = feedback.post(f"{CALLS}/{number()}/{step}", SATISFIED, OFFICER)
            assert code_of(refused, 403) == "role_missing"
        assert code_of(feedback.get(CALLS, OFFICER), 403) == "role_missing"
        rows = f"{SCORES}/{STREET}/callbacks"
        assert code_of(feedback.get(rows, "integrator.hotline.p-i"), 403) == "role_missing"
        assert code_of(feedback.get(SCORES, actor=""), 401) == "not_signed_in"

    @pytest.mark.parametrize("step", ["", "/note", "/attempts", "/completion", "/waiver"])
    def test_a_number_nobody_gave_out(self, feedback: FeedbackHarness, step: str) -> None:
        path = f"{CALLS}/{number()}{step}"
        body: dict[str, object] | None = (
            {**SATISFIED, "note": PLANTED} if step == "/completion" else None
        )
        answer = feedback.get(path) if step in {"", "/note"} else feedback.post(path, body)
        assert code_of(answer, 404) == "callback_unknown"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"satisfaction": "delighted"},
            {"resolved": None},
            {"note": ""},
            {"note": "x" * 20_001},
            {"score": 5},
        ],
    )
    def test_a_body_that_says_nothing_known(
        self, feedback: FeedbackHarness, wrong: dict[str, object]
    ) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        assert code_of(feedback.complete(number(), **wrong), 422) == "invalid_fields"
        assert feedback.get(f"{CALLS}/{number()}").json()["version"] == 1

    def test_half_of_a_surrogate_pair_is_no_text(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        answer = feedback.complete(number(), note="\ud800")
        assert code_of(answer, 422) == "invalid_fields"

    def test_a_period_that_cannot_be(self, feedback: FeedbackHarness) -> None:
        reversed_ = feedback.get(SCORES, from_="2026-11-24", until="2026-11-23")
        assert code_of(reversed_, 422) == "period_reversed"
        assert code_of(feedback.get(SCORES, until="2025-12-31"), 404) == "policy_missing"
        assert code_of(feedback.get(SCORES, until="yesterday"), 422) == "invalid_fields"

    def test_a_unit_that_is_none(self, feedback: FeedbackHarness) -> None:
        ends = feedback.get(f"{SCORES}/street-nowhere/ordered-ends")
        assert code_of(ends, 404) == "unit_unknown"
        answer = feedback.get(f"{SCORES}/street-nowhere/callbacks")
        assert code_of(answer, 404) == "unit_unknown"
        assert feedback.get(f"{SCORES}/{STREET}/callbacks").json()["total"] == 0


class WhenANoteIsKept:
    def test_it_is_readable_by_visitors_with_a_trace(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        feedback.complete(number(), note=PLANTED)
        assert feedback.get(f"{CALLS}/{number()}").json()["has_note"] is True
        assert code_of(feedback.get(f"{CALLS}/{number()}/note", AUDITOR), 403) == "role_missing"
        assert feedback.get(f"{CALLS}/{number()}/note").json()["note"] == PLANTED
        refused, noted = feedback.readings()
        assert isinstance(refused, ReadingRefused)
        assert (refused.code, refused.role, refused.cases) == (
            "role_missing",
            "auditor",
            (CASE_NO,),
        )
        assert isinstance(noted, ReadingNoted)
        assert (noted.about, noted.fields) == (f"callback-{number()}", ("note",))
        assert (noted.reader, noted.subjects) == ("p-visitor", (WANG.subject,))

    def test_it_stands_nowhere_in_the_clear(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        feedback.complete(number(), note=PLANTED)
        found = b"".join(path.read_bytes() for path in feedback.folder.rglob("*") if path.is_file())
        assert number().encode() in found
        assert PLANTED.encode() not in found

    def test_it_goes_with_the_person(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        feedback.complete(number(), note=PLANTED)
        feedback.receive(feedback.of_person())
        assert feedback.get(f"{CALLS}/{number()}/note").json()["note"] is None

    def test_where_there_is_none_none_is_shown(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        assert feedback.get(f"{CALLS}/{number()}/note").json()["note"] is None


class WhenScoresAreRead:
    def test_before_anything_happened_every_unit_stands_there_without_a_place(
        self, feedback: FeedbackHarness
    ) -> None:
        scores = feedback.get(SCORES).json()
        assert (scores["from"], scores["until"]) == (None, "2026-11-23")
        assert scores["policy"] == "2026-01-01"
        kinds = [one["kind"] for one in scores["items"]]
        assert kinds == sorted(kinds, reverse=True)
        assert kinds.count("street") == 11
        units = {one["unit"] for one in scores["items"]}
        assert {"urban-management", GAS} <= units
        assert not {"district", "residents-committee"} & units
        found = {(one["rank"], one["score"], one["unrated"]) for one in scores["items"]}
        assert found == {(None, None, True)}
        assert {one["response"]["pct"] for one in scores["items"]} == {None}
        assert (scores["totals"]["score"], scores["totals"]["mean_of"]) == (None, 0)
        assert "nobody was asked" in scores["note_en"]
        assert "没有有效回访" in scores["note_zh"]

    def test_the_worked_vector_of_the_rates(self, feedback: FeedbackHarness) -> None:
        """Valid 120, contacted 118, resolved 102, satisfied 80, basically 20: 85.0."""
        for index in range(120):
            case_no = CaseNo(f"261123{index:06d}")
            feedback.receive(feedback.of_case(dispatched(case_no)))
            caller = WANG.model_copy(update={"appeal_no": case_no})
            feedback.receive(feedback.of_case(handling_reported(caller, case_no=case_no)))
            satisfaction = "satisfied" if index < 80 else "basically_satisfied"
            feedback.complete(
                f"{case_no}-R1",
                contacted=index < 118,
                resolved=index < 102,
                satisfaction=satisfaction if index < 100 else "dissatisfied",
            )
        scores = feedback.get(SCORES, kind="street").json()
        assert line(scores, STREET) == {
            "rank": 1,
            "unrated": False,
            "unit": STREET,
            "name_zh": "柳溪街道",
            "name_en": "Willow Brook Subdistrict",
            "kind": "street",
            "volume": 120,
            "counts": {
                "valid": 120,
                "contacted": 118,
                "resolved": 102,
                "satisfied": 80,
                "basically_satisfied": 20,
                "ordered": 0,
            },
            "response": {"pct": "98.3", "of": 120},
            "resolution": {"pct": "85.0", "of": 120},
            "satisfaction": {"pct": "81.7", "of": 120},
            "score": "85.0",
        }
        assert [one["rank"] for one in scores["items"]] == [1] + [None] * 10
        rows = feedback.get(f"{SCORES}/{STREET}/callbacks", limit=100).json()
        more = feedback.get(f"{SCORES}/{STREET}/callbacks", limit=100, after=rows["next"]).json()
        items = rows["items"] + more["items"]
        assert (rows["total"], len(items), more["next"]) == (120, 120, None)
        assert sum(one["resolved"] for one in items) == 102

    def test_lists_are_ranked_apart_and_summed_up_together(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(dispatched()))
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        feedback.complete(number())
        feedback.receive(feedback.of_case(dispatched(CaseNo(LI.appeal_no), GAS)))
        feedback.receive(
            feedback.of_case(handling_reported(LI, case_no=CaseNo(LI.appeal_no), unit=GAS))
        )
        feedback.complete(number(LI), resolved=False)
        scores = feedback.get(SCORES).json()
        assert line(scores, STREET)["rank"] == line(scores, GAS)["rank"] == 1
        totals = scores["totals"]
        assert (totals["volume"], totals["counts"]["valid"], totals["mean_of"]) == (2, 2, 2)
        assert totals["resolution"] == {"pct": "50.0", "mean_of": 2}
        assert totals["score"] == "75.0"
        assert [scores["lists"][kind]["score"] for kind in ("street", "department")] == [
            "100.0",
            "50.0",
        ]
        assert set(feedback.get(SCORES, kind="street").json()["lists"]) == {"street"}
        departments = feedback.get(SCORES, kind="department").json()["items"]
        assert departments[0]["unit"] == GAS

    def test_an_end_by_order_counts_as_not_solved(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        feedback.complete(number())
        other = CaseNo(LI.appeal_no)
        feedback.receive(feedback.of_case(end_ordered(other)))
        found = line(feedback.get(SCORES).json(), STREET)
        assert (found["counts"]["valid"], found["counts"]["ordered"]) == (1, 1)
        assert found["resolution"] == {"pct": "50.0", "of": 2}
        assert found["satisfaction"] == {"pct": "100.0", "of": 1}
        assert found["score"] == "75.0"
        ends = feedback.get(f"{SCORES}/{STREET}/ordered-ends").json()
        assert [one["case_no"] for one in ends["items"]] == [other]

    def test_ordered_ends_alone_make_no_rates(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(end_ordered()))
        found = line(feedback.get(SCORES).json(), STREET)
        assert (found["unrated"], found["counts"]["ordered"]) == (True, 1)
        assert found["resolution"] == {"pct": None, "of": 1}

    def test_a_period_counts_its_own_days_only(self, feedback: FeedbackHarness) -> None:
        feedback.receive(feedback.of_case(dispatched()))
        feedback.receive(feedback.of_case(handling_reported(WANG)))
        feedback.complete(number())
        for query, expected in (
            ({"from_": "2026-11-23", "until": "2026-11-23"}, 1),
            ({"until": "2026-11-22"}, 0),
            ({"from_": "2026-11-24"}, 0),
        ):
            scores = feedback.get(SCORES, **query).json()
            assert scores["totals"]["counts"]["valid"] == expected
            rows = feedback.get(f"{SCORES}/{STREET}/callbacks", **query).json()
            assert rows["total"] == expected

    def test_a_unit_that_no_catalogue_knows_keeps_its_counts(
        self, feedback: FeedbackHarness
    ) -> None:
        feedback.receive(feedback.of_case(dispatched(unit=UnitCode("merged-bureau"))))
        scores = feedback.get(SCORES, kind="department").json()
        assert line(scores, "merged-bureau")["volume"] == 1
        assert line(scores, "merged-bureau")["name_zh"] == "merged-bureau"
        assert scores["totals"]["volume"] == 1

    @pytest.mark.parametrize(
        "role",
        [
            "auditor",
            "operator",
            "director",
            "leader",
            "officer",
            "visitor",
            "agent",
            "dispatcher",
            "integrator",
        ],
    )
    def test_they_are_public_inside(self, feedback: FeedbackHarness, role: str) -> None:
        assert feedback.get(SCORES, f"{role}.{STREET}.p-1").status_code == 200
