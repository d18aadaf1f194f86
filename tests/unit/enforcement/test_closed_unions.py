"""The unions of an operation are complete: nothing is declared that has no effect, or no way in."""

from typing import get_args

from contracts.event import EVENTS
from contracts.events.enforcement import operation as contract
from services.enforcement import reactions
from services.enforcement.api.acts import acts
from services.enforcement.domain.operation.decider import OPERATION, OperationCommand
from services.enforcement.domain.operation.state import OperationEvent, evolve
from tests.unit.enforcement.catalogue import WATCHED
from tests.unit.enforcement.facts import (
    FIRE,
    MARKET,
    POLICE,
    absent,
    acknowledged,
    acknowledgement_missed,
    cancelled,
    chased,
    completed,
    concluded,
    contested,
    deadlines_lifted,
    left,
    minutes,
    opened,
    released,
    report_missed,
    reported,
    ruled,
    task_added,
)

COMMANDS = frozenset(get_args(OperationCommand))
CHANGES_NOTHING: frozenset[type] = frozenset()
"""Events that are recorded and change no state."""

LIVES: tuple[tuple[OperationEvent, ...], ...] = (
    (
        opened(),
        task_added(FIRE),
        acknowledgement_missed(MARKET, minutes(31)),
        report_missed(MARKET, minutes(121)),
        deadlines_lifted(),
        *(chased(MARKET), contested(MARKET), ruled(MARKET, "rejected"), absent(FIRE)),
        *(step(unit) for step in (acknowledged, reported, completed) for unit in (POLICE, MARKET)),
        released(POLICE),
        left(MARKET),
        concluded(),
    ),
    (opened(), cancelled()),
)


def test_every_event_of_an_operation_is_in_its_union() -> None:
    published = {one for one in EVENTS.values() if one.__module__ == contract.__name__}
    assert set(get_args(OperationEvent)) == published


def test_every_event_changes_the_state() -> None:
    changing: set[type] = set()
    for life in LIVES:
        state = OPERATION.initial
        for event in life:
            before, state = state, evolve(state, event)
            changing |= {type(event)} if state != before else set()
    assert changing | CHANGES_NOTHING == set(get_args(OperationEvent))
    assert not changing & CHANGES_NOTHING


def test_every_command_comes_by_a_route_or_by_a_reaction() -> None:
    by_route = {one.command for one in acts(WATCHED).declared}
    by_reaction = COMMANDS & {one for one in vars(reactions).values() if isinstance(one, type)}
    assert by_route | by_reaction == COMMANDS
    assert not by_route & by_reaction
