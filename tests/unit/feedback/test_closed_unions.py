"""The unions of a call-back are complete: nothing is declared without an effect or a way in."""

from typing import get_args

from contracts.event import EVENTS
from contracts.events.feedback import callback as contract
from services.feedback import reactions
from services.feedback.api.callbacks import ACTS
from services.feedback.domain.callback.decider import CALLBACK, CallbackCommand
from services.feedback.domain.callback.state import CallbackEvent, evolve
from tests.unit.feedback.facts import answers, attempted, completed, minutes, scheduled, waived

COMMANDS = frozenset(get_args(CallbackCommand))
CHANGES_NOTHING: frozenset[type] = frozenset()
"""Events that are recorded and change no state."""

LIVES: tuple[tuple[CallbackEvent, ...], ...] = (
    (scheduled(), attempted(1), completed(answers(), minutes(2))),
    (scheduled(), waived("not_wanted", minutes(1))),
)


def test_every_event_of_a_callback_is_in_its_union() -> None:
    published = {one for one in EVENTS.values() if one.__module__ == contract.__name__}
    assert set(get_args(CallbackEvent)) == published - {contract.CallbackWaivedV1}


def test_every_event_changes_the_state() -> None:
    changing: set[type] = set()
    for life in LIVES:
        state = CALLBACK.initial
        for event in life:
            before, state = state, evolve(state, event)
            changing |= {type(event)} if state != before else set()
    assert changing | CHANGES_NOTHING == set(get_args(CallbackEvent))
    assert not changing & CHANGES_NOTHING


def test_every_command_comes_by_a_route_or_by_a_reaction() -> None:
    by_route = {one.command for one in ACTS.declared}
    by_reaction = COMMANDS & {one for one in vars(reactions).values() if isinstance(one, type)}
    assert by_route | by_reaction == COMMANDS
