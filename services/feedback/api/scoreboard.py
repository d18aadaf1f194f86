"""The published answer: every unit of a list with its counts, three rates, score and place.

Which units stand in which list follows from the catalogue, and so does the policy: the one in force
on the period's last day, so that an old period keeps its old policy (接诉即办工作条例 art. 32).
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from chassis.errors import Unknown
from contracts.catalogue import Catalogue, CatalogueVersion, Unit, UnknownUnit, UnknownVersion
from contracts.scoring import Counts
from services.feedback.domain.ranking import NOTHING, Standing, Summary, Tally, rank, summarise
from services.feedback.views.scores import Period

ListKind = Literal["street", "department"]
"""街道, and 区直单位 with the companies that lead matters: two lists, never ranked together."""

_LISTS: dict[str, ListKind] = {
    "street": "street",
    "department": "department",
    "company": "department",
}
"""Which list a kind of unit stands in. All other kinds are not appraised."""


class PolicyMissing(Unknown):
    """无生效评分办法 (art. 32): no policy was in force on that day."""

    code = "policy_missing"
    zh = "{on} 尚无生效的评分办法；请选择截止日期更晚的考核期。"
    en = "No scoring policy was in force on {on}; choose a period that ends later."


NOTE_ZH = "“--”表示考核期内没有有效回访：不计率、不计分、不参加排名，列于榜末（本系统的选择）。"
NOTE_EN = "-- : nobody was asked, so there are no rates, no score and no rank (our choice)."


class Rate(BaseModel):
    """A rate in per cent, one decimal as text, and what it is a rate of.

    `of` counts valid call-backs; for the resolution rate the ends by order as well. `pct` is None
    where nobody was asked.
    """

    pct: str | None
    of: int


class UnitScore(BaseModel):
    """One line of a list. `rank` is the place in the unit's own list."""

    rank: int | None
    """None of a unit that is unrated: it stands at the end."""
    unrated: bool
    """Nobody was asked: no valid call-back in the period."""
    unit: str
    name_zh: str
    name_en: str
    kind: ListKind
    volume: int
    """受理量: cases dispatched in the period."""
    counts: Counts
    response: Rate
    resolution: Rate
    satisfaction: Rate
    score: str | None


class Mean(BaseModel):
    """The arithmetic mean of the rates of units, which is not the rate of their sums."""

    pct: str | None
    mean_of: int
    """How many units: those with a valid call-back."""


class Totals(BaseModel):
    """汇总: sums of counts; rates and score are means over units, not pooled."""

    volume: int
    counts: Counts
    response: Mean
    resolution: Mean
    satisfaction: Mean
    score: str | None
    mean_of: int


class Scores(BaseModel):
    """Every unit of the lists asked for, streets first, and a summary of all and of each list."""

    first: date | None = Field(serialization_alias="from")
    until: date
    policy: str
    note_zh: str = NOTE_ZH
    note_en: str = NOTE_EN
    items: list[UnitScore]
    totals: Totals
    lists: dict[ListKind, Totals]


def find_unit(catalogue: Catalogue, code: str) -> Unit | None:
    """Give a unit from the newest version that knows it, or None."""
    for version in reversed(catalogue.versions()):
        with suppress(UnknownUnit):
            return catalogue.at(version).unit(code)
    return None


def scoreboard(
    catalogue: Catalogue,
    tallies: Mapping[str, Tally],
    period: Period,
    today: date,
    kind: ListKind | None,
) -> Scores:
    """Make the answer for a period; one without an end goes up to today.

    Every unit of a list stands in it, also without a case, and so does every unit that has counts
    although the version in force does not list it (any more). Raises: PolicyMissing.
    """
    until = period.last or today
    version = _in_force(catalogue, until)
    lists = _lists(version, (find_unit(catalogue, code) or _unlisted(code) for code in tallies))
    kinds: tuple[ListKind, ...] = ("street", "department") if kind is None else (kind,)
    ranked = {
        one: rank(version.scoring, ((unit, tallies.get(unit, NOTHING)) for unit in lists[one]))
        for one in kinds
    }
    everybody = [standing for standings in ranked.values() for standing in standings]
    return Scores(
        first=period.first,
        until=until,
        policy=version.scoring.version,
        items=[
            _line(lists[one][standing.unit], one, standing)
            for one, standings in ranked.items()
            for standing in standings
        ],
        totals=_totals(summarise(version.scoring, everybody)),
        lists={
            one: _totals(summarise(version.scoring, standings)) for one, standings in ranked.items()
        },
    )


def _in_force(catalogue: Catalogue, on: date) -> CatalogueVersion:
    try:
        return catalogue.current(on)
    except UnknownVersion as error:
        raise PolicyMissing(on=on) from error


def _unlisted(code: str) -> Unit:
    """Stand in for a unit that no version knows: its counts are facts and stay in the list."""
    source = "not in the catalogue"
    return Unit(code=code, name_zh=code, name_en=code, kind="department", parent="", source=source)


def _lists(version: CatalogueVersion, counted: Iterable[Unit]) -> dict[ListKind, dict[str, Unit]]:
    lists: dict[ListKind, dict[str, Unit]] = {"street": {}, "department": {}}
    for unit in version.units():
        if unit.kind in _LISTS:
            lists[_LISTS[unit.kind]][unit.code] = unit
    for unit in counted:
        lists[_LISTS.get(unit.kind, "department")].setdefault(unit.code, unit)
    return lists


def _line(unit: Unit, kind: ListKind, standing: Standing) -> UnitScore:
    counts = standing.tally.counts
    figures = standing.score.model_dump() if standing.score else {}
    return UnitScore(
        rank=standing.rank,
        unrated=standing.score is None,
        unit=unit.code,
        name_zh=unit.name_zh,
        name_en=unit.name_en,
        kind=kind,
        volume=standing.tally.volume,
        counts=counts,
        response=Rate(pct=figures.get("response_pct"), of=counts.valid),
        resolution=Rate(pct=figures.get("resolution_pct"), of=counts.solvable),
        satisfaction=Rate(pct=figures.get("satisfaction_pct"), of=counts.valid),
        score=figures.get("score"),
    )


def _totals(summary: Summary) -> Totals:
    figures = summary.score.model_dump() if summary.score else {}
    units = summary.mean_of
    return Totals(
        volume=summary.tally.volume,
        counts=summary.tally.counts,
        response=Mean(pct=figures.get("response_pct"), mean_of=units),
        resolution=Mean(pct=figures.get("resolution_pct"), mean_of=units),
        satisfaction=Mean(pct=figures.get("satisfaction_pct"), mean_of=units),
        score=figures.get("score"),
        mean_of=units,
    )
