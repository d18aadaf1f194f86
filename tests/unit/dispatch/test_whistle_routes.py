"""The whistle over HTTP: proposed by one, blown by another, seen by whom it concerns."""

from contracts.events.enforcement import (
    ContestRuled,
    OperationConcluded,
    UnitNamedAbsent,
    UnitReportMissed,
)
from contracts.ids import whistle_no, whistle_stream
from tests.unit.dispatch.harness import CASE_NO, MONDAY, STREET, WHISTLE, DispatchHarness

OFFICER, LEADER = f"officer.{STREET}.s-1", f"leader.{STREET}.s-2"
DIRECTOR = f"director.{STREET}.s-3"
COMMUNITY = "officer.community-locust-shade.c-1"
CENTRE, OTHER_CENTRE = "officer.district-centre.z-1", "officer.east-centre.z-2"
DISTRICT, OTHER_DISTRICT = "officer.district.d-1", "officer.district-east.d-2"
POLICE = "officer.public-security.u-1"
SANITATION = "officer.sanitation.u-2"
AGENT = "agent.hotline.a-1"
PROPOSAL = {
    "kind": "enforcement",
    "ground": "no_power",
    "evidence": "街道无执法权，附照片",
    "lead": "urban-management",
    "assisting": ["public-security"],
    "reasons": {"public-security": "现场有人阻拦"},
    "request": "请到现场处置无主井盖",
}
EMERGENCY = {key: value for key, value in PROPOSAL.items() if key != "kind"}
PLAN = {
    "goal": "消除无主井盖",
    "consultation": "已征求居民代表意见",
    "responsible": "街道副主任",
    "nodes": [{"what": "摸清权属", "due_at": "2026-10-12T02:00:00.000000Z"}],
}
FIGURES = dict.fromkeys(("signing", "arrival", "people", "quality", "staying", "result"), 90)
SEALED = {"ref": "00000000-0000-0000-0000-000000000009", "commitment": "09" * 32}


def propose(dispatch: DispatchHarness, actor: str = OFFICER, **changed: object) -> None:
    dispatch.done(f"/cases/{CASE_NO}/whistles", actor, {**PROPOSAL, **changed})


def blow(dispatch: DispatchHarness) -> None:
    propose(dispatch)
    dispatch.done(f"{WHISTLE}/approval", LEADER)
    dispatch.done(f"{WHISTLE}/blow", LEADER)


def code_of(answer: object) -> str:
    found: str = answer.json()["code"]  # type: ignore[attr-defined]  # a response
    return found


class WhenACommunityAsksItsStreet:
    def test_the_street_approves_and_blows(self, dispatch: DispatchHarness) -> None:
        propose(dispatch, COMMUNITY)
        assert code_of(dispatch.post(f"{WHISTLE}/approval", COMMUNITY)) == "role_missing"
        dispatch.done(f"{WHISTLE}/approval", LEADER)
        dispatch.done(f"{WHISTLE}/blow", LEADER)
        whistle = dispatch.get(WHISTLE, COMMUNITY).json()
        assert (whistle["stage"], whistle["proposing_unit"]) == (
            "blown",
            "community-locust-shade",
        )
        assert whistle["street"] == STREET

    def test_not_another_street(self, dispatch: DispatchHarness) -> None:
        answer = dispatch.post(
            f"/cases/{CASE_NO}/whistles", "officer.street-willow-brook.s-9", PROPOSAL
        )
        assert (answer.status_code, code_of(answer)) == (403, "whistle_not_yours_to_propose")


class WhenUnitsAreChosen:
    def test_the_list_says_whom_and_why(self, dispatch: DispatchHarness) -> None:
        answer = dispatch.get(f"/cases/{CASE_NO}/whistle-units", OFFICER).json()
        assert [(one["unit"], one["role"]) for one in answer["items"]] == [
            ("urban-management", "assisting"),
            ("water-affairs", "assisting"),
        ]
        assert "100114" in answer["items"][0]["explained_zh"]
        assert "区城市管理委" in answer["items"][0]["explained_zh"]
        assert "Urban Management Commission" in answer["items"][0]["explained_en"]
        assert answer["total"] == 2

    def test_of_no_case_it_says_nothing(self, dispatch: DispatchHarness) -> None:
        answer = dispatch.get("/cases/260928000009/whistle-units", OFFICER)
        assert (answer.status_code, code_of(answer)) == (404, "case_unknown")

    def test_bad_choices_leave_nothing_behind(self, dispatch: DispatchHarness) -> None:
        before = dispatch.log()
        for changed, code in (
            ({"reasons": {}}, "unit_needs_reason"),
            ({"lead": "nobody", "reasons": {}}, "unit_cannot_report"),
            ({"lead": "city", "reasons": {"city": "督办"}}, "unit_cannot_report"),
            ({"kind": "key"}, "key_plan_missing"),
            ({"reasons": {"sanitation": "没有点名"}}, "invalid_fields"),
        ):
            answer = dispatch.post(f"/cases/{CASE_NO}/whistles", OFFICER, {**PROPOSAL, **changed})
            assert code_of(answer) == code
        assert dispatch.log() == before

    def test_a_unit_of_another_district_makes_it_a_cross_district_one(
        self, dispatch: DispatchHarness
    ) -> None:
        """场景 9.6 (11)."""
        other = "east-urban-management"
        propose(dispatch, assisting=[other], reasons={other: "井盖位于两区交界"})
        whistle = dispatch.get(WHISTLE, DISTRICT).json()
        assert whistle["is_cross_district"]
        assert [one["basis"] for one in whistle["units"]] == ["list", "street"]
        listed = dispatch.get("/whistles", DISTRICT).json()["items"]
        assert [one["is_cross_district"] for one in listed] == [True]


class WhenItIsAKeyWhistle:
    def test_the_director_approves_it(self, dispatch: DispatchHarness) -> None:
        propose(dispatch, kind="key", plan=PLAN)
        for step in ("approval", "refusal"):
            body = {"reason": "人手不足"} if step == "refusal" else None
            answer = dispatch.post(f"{WHISTLE}/{step}", LEADER, body)
            assert (answer.status_code, code_of(answer)) == (403, "whistle_needs_approver")
        dispatch.done(f"{WHISTLE}/approval", DIRECTOR)
        dispatch.done(f"{WHISTLE}/blow", OFFICER)
        plan = dispatch.get(f"{WHISTLE}/request", OFFICER).json()["plan"]
        assert plan["goal"] == "消除无主井盖"
        assert plan["nodes"][0]["what"] == "摸清权属"


class WhenThereIsDanger:
    def test_one_blows_and_another_confirms(self, dispatch: DispatchHarness) -> None:
        path = f"/cases/{CASE_NO}/emergency-whistle"
        assert code_of(dispatch.post(path, OFFICER, EMERGENCY)) == "role_missing"
        dispatch.done(path, LEADER, EMERGENCY)
        assert dispatch.get("/whistles", OFFICER).json()["items"][0]["is_to_confirm"]
        dispatch.operate(OperationConcluded, units=(), concluded_at=MONDAY)
        rated = {"ratings": [{"unit": one, **FIGURES} for one in units_of(dispatch)]}
        assert code_of(dispatch.post(f"{WHISTLE}/settlement", OFFICER, rated)) == (
            "whistle_not_confirmed"
        )
        assert code_of(dispatch.post(f"{WHISTLE}/confirmation", LEADER)) == "blower_cannot_confirm"
        dispatch.done(f"{WHISTLE}/confirmation", DIRECTOR)
        dispatch.done(f"{WHISTLE}/settlement", OFFICER, rated)


def units_of(dispatch: DispatchHarness) -> list[str]:
    return [one["unit"] for one in dispatch.get(WHISTLE, OFFICER).json()["units"]]


class WhenTheUnitsAreOut:
    def test_one_more_is_called_and_one_is_excused(self, dispatch: DispatchHarness) -> None:
        blow(dispatch)
        more = {"unit": "sanitation", "reason": "需要清运"}
        dispatch.done(f"{WHISTLE}/units", OFFICER, more)
        assert code_of(dispatch.post(f"{WHISTLE}/units", OFFICER, more)) == "unit_called_already"
        ruled = {"reason": SEALED, "ruled_by": "d-1", "ruled_at": MONDAY}
        dispatch.operate(ContestRuled, unit="public-security", outcome="upheld", **ruled)
        dispatch.operate(ContestRuled, unit="sanitation", outcome="rejected", **ruled)
        whistle = dispatch.get(WHISTLE, SANITATION).json()
        assert whistle["excused"] == ["public-security"]
        listed = dispatch.get("/whistles", SANITATION).json()["items"]
        assert listed[0]["units"] == ["urban-management", "public-security", "sanitation"]
        dispatch.operate(OperationConcluded, units=(), concluded_at=MONDAY)
        low = {**FIGURES, "arrival": 10}
        ratings = [{"unit": "urban-management", **FIGURES}, {"unit": "sanitation", **low}]
        answer = dispatch.post(f"{WHISTLE}/settlement", OFFICER, {"ratings": ratings})
        assert code_of(answer) == "rating_needs_reason"
        ratings[1]["reason"] = "迟到三小时"
        dispatch.done(f"{WHISTLE}/settlement", OFFICER, {"ratings": ratings})
        whistle = dispatch.get(WHISTLE, OFFICER).json()
        assert [one["arrival"] for one in whistle["ratings"]] == [90, 10]
        texts = dispatch.get(f"{WHISTLE}/request", OFFICER).json()["units"]
        assert [(one["unit"], one["about"], one["text"]) for one in texts] == [
            ("public-security", "called", "现场有人阻拦"),
            ("sanitation", "called", "需要清运"),
            ("sanitation", "rated", "迟到三小时"),
        ]
        own = dispatch.get(f"{WHISTLE}/request", SANITATION).json()["units"]
        assert [(one["unit"], one["about"]) for one in own] == [
            ("sanitation", "called"),
            ("sanitation", "rated"),
        ]

    def test_the_street_takes_it_back_and_whistles_again(self, dispatch: DispatchHarness) -> None:
        blow(dispatch)
        answer = dispatch.post(f"/cases/{CASE_NO}/whistles", OFFICER, PROPOSAL)
        assert code_of(answer) == "whistle_still_open"
        dispatch.done(f"{WHISTLE}/cancellation", LEADER, {"reason": "权属单位已自行处置"})
        assert dispatch.get(WHISTLE, POLICE).json()["stage"] == "cancelled"
        texts = dispatch.get(f"{WHISTLE}/request", OFFICER).json()
        assert texts["cancellation"] == "权属单位已自行处置"
        assert texts["evidence"] == PROPOSAL["evidence"]
        propose(dispatch)
        second = dispatch.get("/whistles", OFFICER, status="proposed").json()
        assert [one["whistle_no"] for one in second["items"]] == [f"{CASE_NO}-W2"]


class WhenSomebodyLooks:
    def test_before_it_is_blown_only_street_district_and_proposer_do(
        self, dispatch: DispatchHarness
    ) -> None:
        propose(dispatch, COMMUNITY)
        seen = {actor: self.totals(dispatch, actor) for actor in self.ALL}
        assert seen == dict.fromkeys(self.ALL, 1) | {
            POLICE: 0,
            SANITATION: 0,
            OTHER_DISTRICT: 0,
            OTHER_CENTRE: 0,
        }

    def test_then_those_who_are_called_as_well(self, dispatch: DispatchHarness) -> None:
        blow(dispatch)
        assert self.totals(dispatch, POLICE) == 1
        assert self.totals(dispatch, SANITATION) == self.totals(dispatch, COMMUNITY) == 0

    def test_who_does_not_see_it_in_the_list_does_not_see_it_alone(
        self, dispatch: DispatchHarness
    ) -> None:
        blow(dispatch)
        for actor in self.ALL:
            status = dispatch.get(WHISTLE, actor).status_code
            assert status == (200 if self.totals(dispatch, actor) else 403), actor

    def test_of_no_whistle_nobody_sees_anything(self, dispatch: DispatchHarness) -> None:
        assert code_of(dispatch.get(WHISTLE, OFFICER)) == "whistle_unknown"
        assert code_of(dispatch.post(f"{WHISTLE}/approval", LEADER)) == "whistle_unknown"

    ALL = (
        OFFICER,
        COMMUNITY,
        POLICE,
        SANITATION,
        DISTRICT,
        CENTRE,
        OTHER_DISTRICT,
        OTHER_CENTRE,
        AGENT,
    )

    def totals(self, dispatch: DispatchHarness, actor: str) -> int:
        found: int = dispatch.get("/whistles", actor).json()["total"]
        return found


class WhenAUnitStaysAway:
    """场景 9.6 (3): one department misses, the street names it absent, the district answers."""

    def test_the_district_has_it_in_its_queue_and_answers(self, dispatch: DispatchHarness) -> None:
        blow(dispatch)
        self.miss(dispatch)
        named = {"unit": "public-security", "named_by": "s-1", "named_at": MONDAY}
        dispatch.operate(UnitNamedAbsent, **named)
        for actor in (DISTRICT, CENTRE, AGENT):
            queue = dispatch.get("/escalations", actor).json()
            assert queue["totals"] == {"open": 1, "missed": 0, "answered": 0}
            (item,) = queue["items"]
            assert (item["unit"], item["ground"], item["told_count"]) == (
                "public-security",
                "absent",
                2,
            )
            assert item["answer_due"] == "2026-09-29T02:00:00.000000Z"
        answered = {"answer": "已约谈该单位"}
        path = f"{WHISTLE}/escalations/public-security/answer"
        assert code_of(dispatch.post(path, OFFICER, answered)) == "not_the_whistles_district"
        dispatch.done(path, DISTRICT, answered)
        queue = dispatch.get("/escalations", DISTRICT, status="answered").json()
        assert queue["totals"] == {"open": 0, "missed": 0, "answered": 1}
        assert queue["items"][0]["answered_at"] == "2026-09-28T02:00:00.000000Z"
        texts = dispatch.get(f"{WHISTLE}/request", OFFICER).json()["units"]
        assert ("answered", "已约谈该单位") in [(one["about"], one["text"]) for one in texts]

    def test_a_miss_that_does_not_count_is_not_told(self, dispatch: DispatchHarness) -> None:
        blow(dispatch)
        self.miss(dispatch, counts=False)
        assert dispatch.get("/escalations", DISTRICT).json()["total"] == 0

    def test_the_answer_is_missed_once_and_blocks_nothing(self, dispatch: DispatchHarness) -> None:
        blow(dispatch)
        dispatch.done(
            f"{WHISTLE}/escalations", OFFICER, {"unit": "public-security", "reason": "联系不上"}
        )
        assert dispatch.get(WHISTLE, OFFICER).json()["unanswered"] == ["public-security"]
        dispatch.wait_until(MONDAY.replace(day=29, hour=3))
        dispatch.wait_until(MONDAY.replace(day=29, hour=4))
        names = [name for _, _, name in dispatch.log()]
        assert names.count("escalation_answer_missed") == 1
        queue = dispatch.get("/escalations", DISTRICT).json()
        assert queue["totals"] == {"open": 0, "missed": 1, "answered": 0}
        assert queue["items"][0]["is_late"]
        dispatch.operate(OperationConcluded, units=(), concluded_at=MONDAY)
        rated = {"ratings": [{"unit": one, **FIGURES} for one in units_of(dispatch)]}
        dispatch.done(f"{WHISTLE}/settlement", OFFICER, rated)

    def test_another_district_sees_nothing_of_it(self, dispatch: DispatchHarness) -> None:
        blow(dispatch)
        self.miss(dispatch)
        own = dispatch.get("/escalations", OTHER_DISTRICT).json()
        assert (own["total"], own["totals"]["open"]) == (0, 0)
        for actor in (OTHER_DISTRICT, OTHER_CENTRE, OFFICER, POLICE):
            for path in ("/escalations", "/district-copies"):
                answer = dispatch.get(path, actor, of="district")
                assert (answer.status_code, code_of(answer)) == (403, "other_districts_queue")
        assert dispatch.get("/escalations", AGENT, of="district-east").json()["total"] == 0

    def miss(self, dispatch: DispatchHarness, *, counts: bool = True) -> None:
        dispatch.operate(
            UnitReportMissed,
            unit="public-security",
            due_at=MONDAY,
            counts=counts,
            noticed_at=MONDAY,
        )


class WhenACaseGoesStraightToAStreet:
    def test_the_district_sees_its_copy(self, dispatch: DispatchHarness) -> None:
        for actor in (DISTRICT, CENTRE, AGENT):
            copies = dispatch.get("/district-copies", actor, status="open").json()
            assert [one["case_no"] for one in copies["items"]] == [CASE_NO]
        assert dispatch.get("/district-copies", DISTRICT, status="closed").json()["total"] == 0
        assert dispatch.get("/district-copies", OTHER_DISTRICT).json()["total"] == 0


def test_the_events_of_a_whistle_stand_in_its_stream(dispatch: DispatchHarness) -> None:
    blow(dispatch)
    stream = whistle_stream(whistle_no(CASE_NO, 1))
    assert [name for one, _, name in dispatch.log() if one == stream] == [
        "whistle_proposed",
        "whistle_approved",
        "whistle_blown",
    ]
