"""The choices of the people in a simulation: pure, by hash(seed, external_no, step, round).

What is rare is more frequent than in reality, so that a small sample shows all of it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

__all__ = ["Answers", "Choices", "Course", "Disposition", "Part"]

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

Course = Literal[
    "plain",
    "objection_upheld",
    "objection_rejected",
    "redispatched",
    "assist_answered",
    "assist_late",
    "extension_granted",
    "extension_denied",
    "suspended",
    "claimed",
    "ordered",
    "unreachable",
]
"""What is out of the ordinary in a case; all but the first are rare."""
_COURSES: tuple[tuple[Course, float], ...] = (
    ("objection_upheld", 0.05),
    ("objection_rejected", 0.05),
    ("redispatched", 0.05),
    ("assist_answered", 0.05),
    ("assist_late", 0.05),
    ("extension_granted", 0.05),
    ("extension_denied", 0.05),
    ("suspended", 0.05),
    ("claimed", 0.05),
    ("ordered", 0.04),
    ("unreachable", 0.05),
)
_AWAY = {"unreachable", "ordered"}

Part = Literal["plain", "absent", "contest_upheld", "contest_rejected", "left", "chased"]
"""What a called unit does that is out of the ordinary."""
_PARTS: tuple[tuple[Part, float], ...] = (
    ("absent", 0.04),
    ("contest_upheld", 0.04),
    ("contest_rejected", 0.04),
    ("left", 0.04),
    ("chased", 0.05),
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
    matters: Mapping[str, dict[str, Any]]
    """Rows of the catalogue by code."""
    units: Mapping[str, dict[str, Any]]

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
            matter=matter or self.pick(tuple(self.matters), no, "matter"),
            may_link=self.roll(no, "link") < 0.5,  # noqa: PLR2004  # half of the repeats are noticed
        )

    def withdraws(self, external_no: str) -> bool:
        """Say whether the caller withdraws it right after filing."""
        return self.roll(external_no, "withdraw") < 0.02  # noqa: PLR2004  # rare

    def course(self, external_no: str, round_no: int, matter: str) -> Course:
        """Say how a case goes; in danger, and in later rounds, straight on."""
        if round_no > 1 or self.matters[matter]["urgency"] == "critical":
            return "plain"
        return self._rare_course(external_no)

    def _rare_course(self, external_no: str) -> Course:
        return _band(self.roll(external_no, "luck"), _COURSES, "plain")

    def is_late(self, external_no: str, step: str, round_no: int) -> bool:
        """Say whether the person acts only after the deadline."""
        return self.roll(external_no, f"late/{step}", round_no) < 0.06  # noqa: PLR2004  # rare

    def whistles(self, external_no: str, round_no: int, matter: str, *, leads: bool) -> bool:
        """Say whether the street of the place whistles; most often where it leads, or in danger."""
        is_critical = self.matters[matter]["urgency"] == "critical"
        share = 0.6 if leads or is_critical else 0.1
        return self.roll(external_no, "whistle", round_no) < share

    def kind_of_whistle(self, external_no: str, matter: str) -> str:
        """Choose the kind; danger is whistled at once."""
        kinds = {"critical": "emergency", "urgent": "enforcement"}
        found = kinds.get(self.matters[matter]["urgency"])
        return found or self.pick(("daily", "enforcement", "key"), external_no, "kind")

    def departments(self, district: str, *besides: str) -> tuple[str, ...]:
        """Give the departments of a district, but for some."""
        return tuple(
            code
            for code, unit in self.units.items()
            if unit["kind"] == "department" and unit["parent"] == district and code not in besides
        )

    def centre_of(self, district: str) -> str:
        """Give the operations centre of a district."""
        return next(
            code
            for code, unit in self.units.items()
            if unit["kind"] == "centre" and unit["parent"] == district
        )

    def answers_assist_late(self, external_no: str) -> bool:
        """Say whether a unit that was asked to assist answers only after its time."""
        return self._rare_course(external_no) == "assist_late"

    def refuses_whistle(self, whistle_no: str, external_no: str) -> bool:
        """Say whether the street's leader refuses; only the first whistle of a case."""
        return whistle_no.endswith("-W1") and self.roll(external_no, "refuse") < 0.1  # noqa: PLR2004

    def cancels_whistle(self, external_no: str, round_no: int, kind: str) -> bool:
        """Say whether the street calls a whistle off as soon as it is blown; in danger never."""
        return kind != "emergency" and self.roll(external_no, "cancel", round_no) < 0.06  # noqa: PLR2004

    def adds_unit(self, external_no: str, round_no: int) -> bool:
        """Say whether the street finds on the spot that one more unit is needed."""
        return self.roll(external_no, "add", round_no) < 0.12  # noqa: PLR2004  # rare

    def part(self, external_no: str, unit: str, round_no: int) -> Part:
        """Say what a called unit does."""
        return _band(self.roll(external_no, f"comes/{unit}", round_no), _PARTS, "plain")

    def answers(self, external_no: str, round_no: int) -> Answers:
        """Give the answers of a caller; whom the unit cannot reach nobody reaches.

        Nor one whose case is to end by order: what they say would begin another round.
        """
        satisfied = self.roll(external_no, "satisfied", round_no)
        solved = self.roll(external_no, "resolved", round_no) < 0.85  # noqa: PLR2004
        resolved = solved or round_no >= ROUNDS_UNTIL_SOLVED
        reached = self.roll(external_no, "reached", round_no) < 0.95  # noqa: PLR2004
        is_away = round_no == 1 and self._rare_course(external_no) in _AWAY
        return Answers(
            reached=reached and not is_away,
            contacted=resolved or self.roll(external_no, "contacted", round_no) < 0.9,  # noqa: PLR2004
            resolved=resolved,
            satisfaction=_satisfaction(satisfied, resolved=resolved),
        )


def _band(roll: float, bands: Sequence[tuple[Item, float]], otherwise: Item) -> Item:
    """Give the item in whose share of [0, 1) a roll lies."""
    for item, share in bands:
        if roll < share:
            return item
        roll -= share
    return otherwise


def _satisfaction(roll: float, *, resolved: bool) -> str:
    if not resolved:
        return "basically_satisfied" if roll < 0.2 else "dissatisfied"  # noqa: PLR2004
    if roll < 0.72:  # noqa: PLR2004
        return "satisfied"
    if roll < 0.9:  # noqa: PLR2004
        return "basically_satisfied"
    return "unrated" if roll < 0.95 else "dissatisfied"  # noqa: PLR2004
