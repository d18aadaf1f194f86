"""A reading of a text or a contact, and how many of them a reader has in a day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from chassis.errors import Forbidden
from chassis.settings import Settings
from contracts.ids import CaseNo, SubjectId
from contracts.readings import ReadingKind

__all__ = ["REFUSALS_PER_DAY", "Budgets", "Reading", "ReadingBudgetUsed"]

REFUSALS_PER_DAY = 1_000
"""Refused readings of one reader that are kept in a day (our default): a program that tries
number after number fills no log. The metric counts all of them."""

_CONTACTS: frozenset[ReadingKind] = frozenset({"contact", "lookup", "export"})


class ReadingBudgetUsed(Forbidden):
    """查阅次数已用完 (our default; 个人信息保护法 art. 51): a day's readings have a number."""

    code = "reading_budget_used"
    zh = (
        "今日查阅次数（{most}）已用完；请由同事或领导代为查阅，或请运维员核实后调高 {setting}。"
        "明日 0 时（北京时间）起可再查阅。"
    )
    en = (
        "You have used up your {most} readings of today; ask a colleague or your leader to read, "
        "or the operator to check and to raise {setting}. It begins again at midnight in Beijing."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What somebody reads, or asks to read."""

    what: ReadingKind
    about: str
    """The stream that was addressed."""
    cases: tuple[CaseNo, ...] = ()
    subjects: tuple[SubjectId, ...] = ()
    fields: tuple[str, ...] = ()
    """Names of what is read."""
    reason: str = ""
    """As the reader gave it; sealed when it is noted."""

    def of(self, persons: Iterable[SubjectId | None], *cases: CaseNo) -> "Reading":
        """Give the same reading with the persons and cases that it turns out to concern."""
        known = dict.fromkeys(person for person in persons if person is not None)
        return replace(self, subjects=tuple(known), cases=cases or self.cases)

    @property
    def parts(self) -> frozenset[str]:
        """All that a later reading of the same hour must not exceed, to be the same one."""
        return frozenset((*self.fields, *self.cases, *self.subjects))


@dataclass(frozen=True, slots=True)
class Budgets:
    """How many new readings one reader has in a day of Shanghai."""

    contacts: int
    texts: int

    @staticmethod
    def of(settings: Settings) -> "Budgets":
        """Take them from the settings."""
        return Budgets(settings.contacts_per_day, settings.texts_per_day)

    def most(self, what: ReadingKind) -> int:
        """Give the number for a kind."""
        return self.contacts if what in _CONTACTS else self.texts

    @staticmethod
    def name(what: ReadingKind) -> str:
        """Name the budget that a kind uses."""
        return "contacts" if what in _CONTACTS else "texts"

    def must_have_left(self, what: ReadingKind, used: int) -> None:
        """Raises: ReadingBudgetUsed."""
        if used >= (most := self.most(what)):
            setting = f"WHISTLE_{self.name(what)}_PER_DAY".upper()
            raise ReadingBudgetUsed(most=most, setting=setting)
