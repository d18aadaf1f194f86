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
from contracts.scoring import Counts, Score
from services.feedback.domain.ranking import NOTHING, Standing, Summary, Tally, rank, summarise
from services.feedback.views.scores import Period

ListKind = Literal["street", "department"]
"""街道, and 区直单位 with the companies that lead matters: two lists, never ranked together."""

_LISTS: dict[str, ListKind] = {
    "street": "street",
    "department": "department",
    "company": "department",
}
"""Which list a kind of unit stands in. The district and its communities are not appraised."""


class PolicyMissing(Unknown):
    """无生效评分办法 (art. 32): no policy was in force on that day."""

    code = "policy_missing"
    zh = "{on} 尚无生效的评分办法；请选择截止日期更晚的考核期。"
    en = "No scoring policy was in force on {on}; choose a period that ends later."


class Rate(BaseModel):
    """A rate in per cent, one decimal as text, and how many call-backs it is a rate of."""

    pct: str
    of: int


class Figures(BaseModel):
    """What was counted and computed for one unit, or for a whole list."""

    volume: int
    """受理量: cases dispatched in the period."""
    counts: Counts
    response: Rate
    resolution: Rate
    satisfaction: Rate
    score: str


class UnitScore(Figures):
    """One line of a list. `rank` is the place in the unit's own list."""

    rank: int
    unit: str
    name_zh: str
    name_en: str
    kind: ListKind


class Totals(Figures):
    """汇总: sums of counts; rates and score are means over `mean_of` units, not pooled."""

    mean_of: int


class Scores(BaseModel):
    """Every unit of the lists asked for, streets first, and a summary of all of them."""

    first: date | None = Field(serialization_alias="from")
    until: date
    policy: str
    items: list[UnitScore]
    totals: Totals


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
    ranked = [
        (one, standing)
        for one in kinds
        for standing in rank(
            version.scoring, ((unit, tallies.get(unit, NOTHING)) for unit in lists[one])
        )
    ]
    summary = summarise(version.scoring, [standing for _, standing in ranked])
    return Scores(
        first=period.first,
        until=until,
        policy=version.scoring.version,
        items=[_line(lists[one][standing.unit], one, standing) for one, standing in ranked],
        totals=_totals(summary),
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
    return UnitScore(
        rank=standing.rank,
        unit=unit.code,
        name_zh=unit.name_zh,
        name_en=unit.name_en,
        kind=kind,
        **dict(_figures(standing.tally, standing.score)),
    )


def _totals(summary: Summary) -> Totals:
    return Totals(mean_of=summary.mean_of, **dict(_figures(summary.tally, summary.score)))


def _figures(tally: Tally, score: Score) -> Figures:
    valid = tally.counts.valid
    return Figures(
        volume=tally.volume,
        counts=tally.counts,
        response=Rate(pct=score.response_pct, of=valid),
        resolution=Rate(pct=score.resolution_pct, of=valid),
        satisfaction=Rate(pct=score.satisfaction_pct, of=valid),
        score=score.score,
    )
