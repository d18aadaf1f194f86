"""Fills the templates of sentences with the fields of an event."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, get_args

from contracts.calendar import Deadline
from contracts.event import Event
from contracts.events.dispatch import SummonedUnit, UnitRating
from contracts.events.enforcement import UnitTask
from contracts.ids import UnitCode
from contracts.instant import SHANGHAI
from contracts.said import Names, Said
from contracts.values import Caller
from contracts.wording.words import MILESTONES, WORDS

__all__ = ["Templates", "fill"]


Templates = Mapping[type[Event], Said]
"""Of each event: the sentence with its fields in braces."""

_PART = re.compile(r"\[(?:(\w+)\|)?([^\[\]]*)\]")
_FIELD = re.compile(r"{(\w+)}")
_JOIN = ("、", ", ")


def fill(templates: Said, event: Event, names: Names) -> Said:
    """Put an event into words. Raises: TypeError for a template that names a sealed text."""
    return Said(_fill(templates.zh, event, names, 0), _fill(templates.en, event, names, 1))


def _fill(template: str, event: Event, names: Names, language: int) -> str:
    def part(found: re.Match[str]) -> str:
        needed = [found[1]] if found[1] else _FIELD.findall(found[2])
        return found[2] if all(getattr(event, name) for name in needed) else ""

    def worded(found: re.Match[str]) -> str:
        return _JOIN[language].join(_words(event, found[1], names, language))

    return _FIELD.sub(worded, _PART.sub(part, template))


def _words(event: Event, field: str, names: Names, language: int) -> Iterator[str]:
    """Put a field into words, one by one where it holds several values."""
    value, annotation = getattr(event, field), type(event).model_fields[field].annotation
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, str) and (field == "matter" or _is_of_units(annotation)):
            yield names(one)[language]
        elif isinstance(one, str) and field == "milestone":
            yield _milestone(one, names, language)
        elif isinstance(one, SummonedUnit | UnitTask):
            yield _with(names(one.unit)[language], WORDS["role"][one.role][language], language)
        elif isinstance(one, UnitRating):
            yield names(one.unit)[language]
        else:
            yield _word(field, one, language)


def _word(field: str, value: Any, language: int) -> str:  # noqa: ANN401  # any field's
    match value:
        case Caller(appeal_no=appeal_no):
            return appeal_no
        case Deadline(due_at=moment) | (datetime() as moment):
            return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        case str() if field in WORDS:
            return WORDS[field][value][language]
        case str() | int() | date():
            return str(value)
        case _:
            raise TypeError(field)


def _milestone(milestone: str, names: Names, language: int) -> str:
    """Name a clock: `handle`, `stage.<code>`, `assist/<unit>`."""
    kind, _, code = milestone.replace("/", ".").partition(".")
    named = MILESTONES[kind][language]
    if not code:
        return named
    detail = names(code)[language] if "/" in milestone else code
    return _with(named, detail, language)


def _with(word: str, detail: str, language: int) -> str:
    return (f"{word}（{detail}）", f"{word} ({detail})")[language]


def _is_of_units(annotation: Any) -> bool:  # noqa: ANN401  # any annotation
    return annotation is UnitCode or any(map(_is_of_units, get_args(annotation)))
