"""The aggregate of readings: what one reader did about one object in one hour, each thing once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from chassis.decider import Decider, Meta
from chassis.readings.reading import Budgets, Reading
from chassis.settings import Settings
from contracts.event import Event
from contracts.readings import NotedReading, RefusedReading
from contracts.sealed import Sealed

__all__ = ["NoteReading", "NoteRefusal", "ReadingAggregate", "ReadingState", "reading_aggregate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteReading:
    """查阅登记 (个人信息保护法 art. 51, 54): who read what, and why."""

    reading_id: str
    reading: Reading
    reason: Sealed | None
    meta: Meta


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRefusal:
    """查阅被拒 (个人信息保护法 art. 51): who asked to read what, and why it was refused."""

    reading_id: str
    reading: Reading
    code: str
    meta: Meta


ReadingCommand = NoteReading | NoteRefusal


@dataclass(frozen=True, slots=True)
class ReadingState:
    """What was noted so far in this hour."""

    count: int = 0
    parts: frozenset[str] | None = None
    """What was read; None while nothing was."""
    refused: frozenset[str] = frozenset()
    """Codes of the refusals."""

    def covers(self, reading: Reading) -> bool:
        """Say whether a reading shows nothing that was not noted already."""
        return self.parts is not None and reading.parts <= self.parts


@dataclass(frozen=True, slots=True)
class ReadingAggregate(Decider[ReadingCommand, ReadingState, Event]):
    """An aggregate that also knows how much a reader may read."""

    budgets: Budgets = field(kw_only=True)


def reading_aggregate(
    noted: type[Event], refused: type[Event], budgets: Budgets | None = None
) -> ReadingAggregate:
    """Make the aggregate of a service from its two events (`contracts.readings`).

    Without `budgets` they are those of the settings.
    """

    def decide(command: ReadingCommand, state: ReadingState) -> Sequence[Event]:
        match command:
            case NoteReading(reading=reading, reason=reason):
                if state.covers(reading):
                    return []
                facts = _facts(command, state)
                facts |= {"fields": reading.fields, "reason": reason, "read_at": command.meta.at}
                return [noted.model_validate(facts)]
            case NoteRefusal(code=code):
                if code in state.refused:
                    return []
                facts = _facts(command, state) | {"code": code, "refused_at": command.meta.at}
                return [refused.model_validate(facts)]

    return ReadingAggregate(
        ReadingState(), decide, _evolve, budgets=budgets or Budgets.of(Settings())
    )


def _facts(command: ReadingCommand, state: ReadingState) -> dict[str, object]:
    reading, by = command.reading, command.meta.by
    return {
        "reading_no": f"{command.reading_id}-{state.count + 1}",
        "what": reading.what,
        "about": reading.about,
        "cases": reading.cases,
        "subjects": reading.subjects,
        "reader": by.person,
        "unit": by.unit,
        "role": by.role,
    }


def _evolve(state: ReadingState, event: Event) -> ReadingState:
    match event:
        case NotedReading(fields=fields, cases=cases, subjects=subjects):
            parts = (state.parts or frozenset()).union(fields, cases, subjects)
            return replace(state, count=state.count + 1, parts=parts)
        case RefusedReading(code=code):
            return replace(state, count=state.count + 1, refused=state.refused | {code})
        case _:
            return state
