"""The choices of the people in a simulation: pure, by hash(seed, external_no, step, round)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

__all__ = ["Answers", "Choices", "Disposition", "WhistlePlan"]

Item = TypeVar("Item")

ROUNDS_UNTIL_SOLVED = 3
"""From this round on every case is solved, so that every case is closed."""

_GROUNDS = (
    "emergency",
    "other_procedure",
    "no_new_facts",
    "secret_or_privacy",
    "beyond_duty",
    "unlawful_or_immoral",
)


@dataclass(frozen=True, slots=True)
class Disposition:
    """What an agent does with an appeal: `answer`, `decline` or `file`, and its fields."""

    act: str
    street: str = ""
    matter: str = ""
    ground: str = ""
    may_link: bool = False
    """Link it to an earlier case of the same street and matter, if there is one."""


@dataclass(frozen=True, slots=True)
class WhistlePlan:
    """The kind of a whistle, and the units it calls."""

    kind: str
    lead: str
    assisting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of a caller; without meaning when `reached` is False."""

    reached: bool
    contacted: bool
    resolved: bool
    satisfaction: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of one run."""

    seed: int
    streets: tuple[str, ...]
    matters: tuple[dict[str, Any], ...]
    """Rows of the catalogue."""
    departments: tuple[str, ...]

    def roll(self, external_no: str, step: str, round_no: int = 1) -> float:
        """Give a number in [0, 1) that depends only on the seed and these three."""
        text = f"{self.seed}|{external_no}|{step}|{round_no}".encode()
        return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") / 2**64

    def pick(self, items: Sequence[Item], external_no: str, step: str) -> Item:
        """Choose one of several."""
        return items[int(self.roll(external_no, step) * len(items))]

    def dispose(self, appeal: dict[str, Any]) -> Disposition:
        """Decide about a received appeal; most consultations are answered on the spot, no other."""
        no = appeal["external_no"]
        roll = self.roll(no, "dispose")
        if appeal["kind"] == "consultation" and roll < 0.8:  # noqa: PLR2004  # four in five
            return Disposition("answer")
        if roll > 0.95:  # noqa: PLR2004  # one in twenty is declined
            return Disposition("decline", ground=self.pick(_GROUNDS, no, "ground"))
        street = appeal["street"] or appeal["suggested_street"]
        matter = appeal["matter"] or appeal["suggested_matter"]
        return Disposition(
            "file",
            street=street or self.pick(self.streets, no, "street"),
            matter=matter or self.pick(self.matters, no, "matter")["code"],
            may_link=self.roll(no, "link") < 0.5,  # noqa: PLR2004  # half of the repeats are noticed
        )

    def withdraws(self, external_no: str) -> bool:
        """Say whether the caller withdraws it right after filing."""
        return self.roll(external_no, "withdraw") < 0.02  # noqa: PLR2004  # rare

    def is_late(self, external_no: str, step: str, round_no: int) -> bool:
        """Say whether the person acts only after the deadline."""
        return self.roll(external_no, f"late/{step}", round_no) < 0.06  # noqa: PLR2004  # rare

    def whistle(self, external_no: str, round_no: int, matter: str) -> WhistlePlan | None:
        """Decide whether a street blows a whistle, and which units it calls."""
        if self.roll(external_no, "whistle", round_no) > 0.6:  # noqa: PLR2004  # far more than in reality, to show it
            return None
        row = next(one for one in self.matters if one["code"] == matter)
        named = [unit for unit in row["assisting"] if unit in self.departments]
        more = self.pick(self.departments, external_no, "unit")
        units = list(dict.fromkeys([*named, more]))
        kinds = {"critical": "emergency", "urgent": "enforcement"}
        kind = kinds.get(row["urgency"]) or self.pick(
            ("daily", "enforcement", "key"), external_no, "kind"
        )
        return WhistlePlan(kind, units[0], tuple(units[1:4]))

    def refuses_whistle(self, whistle_no: str, external_no: str) -> bool:
        """Say whether the street's leader refuses; only the first whistle of a case."""
        return whistle_no.endswith("-W1") and self.roll(external_no, "refuse") < 0.1  # noqa: PLR2004

    def answers(self, external_no: str, round_no: int) -> Answers:
        """Give the answers of a caller."""
        satisfied = self.roll(external_no, "satisfied", round_no)
        solved = self.roll(external_no, "resolved", round_no) < 0.85  # noqa: PLR2004
        resolved = solved or round_no >= ROUNDS_UNTIL_SOLVED
        return Answers(
            reached=self.roll(external_no, "reached", round_no) < 0.95,  # noqa: PLR2004
            contacted=resolved or self.roll(external_no, "contacted", round_no) < 0.9,  # noqa: PLR2004
            resolved=resolved,
            satisfaction=_satisfaction(satisfied, resolved=resolved),
        )


def _satisfaction(roll: float, *, resolved: bool) -> str:
    if not resolved:
        return "basically_satisfied" if roll < 0.2 else "dissatisfied"  # noqa: PLR2004
    if roll < 0.75:  # noqa: PLR2004
        return "satisfied"
    return "basically_satisfied" if roll < 0.95 else "unrated"  # noqa: PLR2004
