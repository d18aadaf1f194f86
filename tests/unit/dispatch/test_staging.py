"""阶段: a matter with staged limits has a clock for each of them."""

from services.dispatch.domain.case.decider import CASE
from services.dispatch.domain.case.policies import CaseNotSigned, CaseNotYours
from services.dispatch.domain.case.staging import StageAlreadyReached, StageUnknown
from tests.given import given
from tests.unit.dispatch.cases import (
    ANN,
    DEPARTMENT,
    DISPATCHED_AT,
    OFFICER,
    TERMS,
    dispatched,
    march,
    missed,
    signed,
)
from tests.unit.dispatch.histories import facts_after
from tests.unit.dispatch.timing import STAGED, reach, stage_reached

STOP_BY = march(2, 13)
STAGED_CASE = (
    dispatched().model_copy(update={"deadlines": STAGED.deadlines(1, DISPATCHED_AT, (ANN,))}),
    signed(),
)


class WhenAStageIsReached:
    def test_its_clock_ends_and_the_others_run_on(self) -> None:
        case = given(CASE, *STAGED_CASE)
        assert case.open_milestones() == ["contact", "handle", "stage.stop"]
        case.when(reach(at=march(2, 12))).then(stage_reached(march(2, 12)))
        after = given(CASE, *STAGED_CASE, stage_reached(march(2, 12)))
        assert after.open_milestones() == ["contact", "handle"]

    def test_the_stage_is_missed_by_its_name(self) -> None:
        misses = [
            missed("contact", STOP_BY, STOP_BY, handlers=(OFFICER,)),
            missed("stage.stop", STOP_BY, STOP_BY, handlers=(OFFICER,)),
        ]
        given(CASE, *STAGED_CASE).missed(STOP_BY, *misses)

    def test_late_is_better_than_never(self) -> None:
        late = CASE.missed(given(CASE, *STAGED_CASE).state, STOP_BY)
        case = given(CASE, *STAGED_CASE, *late)
        case.when(reach(at=march(2, 18))).then(stage_reached(march(2, 18)))
        reached = facts_after(*STAGED_CASE, *late, stage_reached(march(2, 18)))
        clock = next(one for one in reached.timing.clocks if one.deadline.milestone == "stage.stop")
        assert (clock.noticed_at, clock.met_at) == (STOP_BY, march(2, 18))
        assert clock.state == "missed"

    def test_once_in_a_round(self) -> None:
        case = given(CASE, *STAGED_CASE, stage_reached())
        case.when(reach()).refused(StageAlreadyReached)

    def test_only_stages_of_the_matter(self) -> None:
        assert given(CASE, *STAGED_CASE).when(reach("start")).refused(StageUnknown).status == 404
        given(CASE, *STAGED_CASE).when(reach(terms=TERMS)).refused(StageUnknown)

    def test_a_unit_signs_first(self) -> None:
        given(CASE, dispatched()).when(reach()).refused(CaseNotSigned)

    def test_no_other_unit_says_so(self) -> None:
        given(CASE, *STAGED_CASE).when(reach(unit=DEPARTMENT)).refused(CaseNotYours)
