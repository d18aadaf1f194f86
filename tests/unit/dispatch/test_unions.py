"""The unions of dispatch are complete: no event without effect, no command without a way in."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest

from chassis.decider import Decider
from chassis.http.command_routes import CommandRoutes
from contracts.catalogue import FileCatalogue
from contracts.event import Event
from contracts.events.dispatch import (
    DispatchRefused,
    DistrictCopied,
    EndOrdered,
    assist,
    case,
    claim,
    timing,
    transfer,
    whistle,
)
from services.dispatch import reactions
from services.dispatch.app import definition
from services.dispatch.domain.case.decider import CASE, CaseCommand
from services.dispatch.domain.case.events import CaseEvent
from services.dispatch.domain.case.state import CaseStage, CaseState
from services.dispatch.domain.whistle.cancelling import CancelWithCase
from services.dispatch.domain.whistle.commands import WhistleCommand
from services.dispatch.domain.whistle.decider import WHISTLE
from services.dispatch.domain.whistle.state import WhistleEvent, WhistleStage, WhistleState
from tests.harness.service import ServiceHarness
from tests.unit.dispatch import cases, conflicts, transfers, whistles
from tests.unit.dispatch import timing as time
from tests.unit.dispatch.cases import ANN, BO
from tests.unit.dispatch.histories import LATER, REPORTED, SIGNED, WHISTLED

WITHOUT_EFFECT: set[type[Event]] = {DistrictCopied, DispatchRefused, EndOrdered}
"""These tell others something; no rule of the aggregate depends on them."""

FITTING: list[tuple[Decider[Any, Any, Any], tuple[Event, ...], Event]] = [
    (CASE, (), cases.dispatched()),
    (CASE, (cases.dispatched(),), cases.copied()),
    (CASE, (cases.dispatched(),), cases.signed()),
    (CASE, (cases.dispatched(),), cases.missed("sign", cases.SIGN_BY, LATER)),
    (CASE, SIGNED, cases.reported()),
    (CASE, SIGNED, cases.joined(BO, LATER, callback_due=False)),
    (CASE, SIGNED, cases.left(ANN, LATER)),
    (CASE, SIGNED, cases.erased(at=LATER)),
    (CASE, SIGNED, conflicts.declared()),
    (CASE, (*SIGNED, conflicts.declared()), conflicts.lifted()),
    (CASE, SIGNED, cases.attached(LATER)),
    (CASE, WHISTLED, cases.detached(LATER)),
    (CASE, REPORTED, cases.noted(ANN, resolved=True)),
    (CASE, REPORTED, cases.reopened(ANN)),
    (CASE, REPORTED, cases.closed("resolved")),
    (CASE, SIGNED, cases.contacted("unreachable", ends_clock=False)),
    (CASE, SIGNED, time.stage_reached()),
    (CASE, SIGNED, time.extension_requested()),
    (CASE, time.ASKING, time.extension_granted()),
    (CASE, time.ASKING, time.extension_denied()),
    (CASE, SIGNED, time.suspension_requested()),
    (CASE, time.WISHING, time.suspended()),
    (CASE, time.WISHING, time.suspension_denied()),
    (CASE, time.SUSPENDED, time.review_missed()),
    (CASE, time.SUSPENDED, time.resumed()),
    (CASE, SIGNED, time.revised(time.extended())),
    (CASE, SIGNED, time.claimed()),
    (CASE, (*SIGNED, time.claimed()), time.handed_over()),
    (CASE, (*SIGNED, time.claimed()), time.released()),
    (CASE, SIGNED, transfers.objected()),
    (CASE, (*SIGNED, transfers.objected()), transfers.ruled("rejected")),
    (CASE, SIGNED, transfers.redispatched("unit_silent")),
    (CASE, SIGNED, transfers.dispatch_refused()),
    (CASE, SIGNED, transfers.ordered()[0]),
    (CASE, SIGNED, transfers.requested()),
    (CASE, (*SIGNED, transfers.requested()), transfers.assist_missed(LATER)),
    (CASE, (*SIGNED, transfers.requested()), transfers.answered()),
    (CASE, (*SIGNED, transfers.requested()), transfers.withdrawn()),
    (WHISTLE, (), whistles.proposed()),
    (WHISTLE, whistles.PROPOSED, whistles.approved()),
    (WHISTLE, whistles.PROPOSED, whistles.refused()),
    (WHISTLE, whistles.APPROVED, whistles.blown()),
    (WHISTLE, whistles.AT_ONCE, whistles.confirmed()),
    (WHISTLE, whistles.BLOWN, whistles.added()),
    (WHISTLE, whistles.BLOWN, whistles.excused()),
    (WHISTLE, whistles.BLOWN, whistles.cancelled()),
    (WHISTLE, whistles.BLOWN, whistles.escalated()),
    (WHISTLE, (*whistles.BLOWN, whistles.escalated()), whistles.answered()),
    (WHISTLE, (*whistles.BLOWN, whistles.escalated()), whistles.answer_missed()),
    (WHISTLE, whistles.BLOWN, whistles.concluded()),
    (WHISTLE, whistles.CONCLUDED, whistles.settled()),
]
"""Each event of the unions after a history that it fits."""


OF_CASES = (case, timing, claim, transfer, assist)
"""The modules of contracts with the events of a case."""


def events_of(*modules: ModuleType) -> set[type[Event]]:
    """Give the events that modules of contracts publish."""
    found = (getattr(module, name) for module in modules for name in module.__all__)
    return {one for one in found if issubclass(one, Event)}


def commands_over_http(folder: Path) -> Iterator[type]:
    """Give the commands that the routes declare."""
    catalogue = FileCatalogue()
    harness = ServiceHarness(folder, definition(catalogue).model)
    for router in definition(catalogue).routers(harness.service):
        if isinstance(router, CommandRoutes):
            yield from (declared.command for declared in router.declared)
            yield from (declared.notes for declared in router.declared if declared.notes)
    harness.close()


@pytest.mark.parametrize(
    ("modules", "union"),
    [(OF_CASES, CaseEvent), ((whistle,), WhistleEvent)],
    ids=["case", "whistle"],
)
def test_every_published_event_is_in_the_union_of_its_aggregate(
    modules: tuple[ModuleType, ...],
    union: Any,  # noqa: ANN401  # a union is no type
) -> None:
    assert set(get_args(union)) == events_of(*modules)


def test_every_event_of_the_unions_is_tried() -> None:
    tried = [type(event) for _, _, event in FITTING]
    assert set(tried) == {*get_args(CaseEvent), *get_args(WhistleEvent)}
    assert len(tried) == len(set(tried))


@pytest.mark.parametrize(
    ("decider", "history", "event"), FITTING, ids=[type(event).__name__ for _, _, event in FITTING]
)
def test_every_event_changes_a_state_or_is_known_not_to(
    decider: Decider[Any, Any, Any], history: tuple[Event, ...], event: Event
) -> None:
    before = decider.fold(decider.initial, history)
    has_effect = decider.evolve(before, event) != before
    assert has_effect is (type(event) not in WITHOUT_EFFECT)


def test_every_command_is_given_by_a_route_or_a_reaction(tmp_path: Path) -> None:
    commands = {*get_args(CaseCommand), *get_args(WhistleCommand)}
    over_http = set(commands_over_http(tmp_path))
    by_reactions = {name for name in vars(reactions).values() if isinstance(name, type)} & commands
    assert over_http <= commands
    assert commands - over_http - by_reactions == {CancelWithCase}, "given beside another"
    assert over_http & by_reactions == set()


@pytest.mark.parametrize(
    ("state", "stages"), [(CaseState, CaseStage), (WhistleState, WhistleStage)]
)
def test_every_stage_has_its_word(state: Any, stages: Any) -> None:  # noqa: ANN401  # unions
    _nothing, *begun = get_args(state)
    assert [one.stage for one in begun] == list(get_args(stages))
