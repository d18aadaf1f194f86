"""The street of the place whistles: whom it calls, why, and for what."""

from dataclasses import dataclass
from datetime import timedelta

from contracts.instant import format_instant, parse_instant
from whistle.simulate.acting import Row, Town, leader, officer
from whistle.simulate.choices import Course

__all__ = ["Proposing"]

_UNITS_MAX = 4
_MAY_LEAD = {"department", "company"}
_KEY_WORK_TAKES = timedelta(days=7)


@dataclass
class Proposing:
    """Proposes whistles of daily work, of enforcement and of key work; blows those of danger."""

    town: Town

    async def propose(self, row: Row, external: str, course: Course) -> int | None:
        """Whistle once a round, in some cases; None if there is nothing to whistle for."""
        choices, round_no, matter = self.town.choices, row["round"], row["matter"]
        leads = row["unit"] == row["street"]
        if course == "suspended" or not choices.whistles(external, round_no, matter, leads=leads):
            return None
        kind = choices.kind_of_whistle(external, matter)
        act = "emergency-whistle" if kind == "emergency" else "whistles"
        key = self.town.key(row["case_no"], act, round_no)
        if key in self.town.done:
            return None
        body = await self._summons(row, external)
        path = f"/dispatch/v1/cases/{row['case_no']}/{act}"
        if kind == "emergency":
            return await self.town.act(leader(row["street"]), path, key, body)
        plan = {"plan": _plan(row)} if kind == "key" else {}
        return await self.town.act(
            officer(row["street"]), path, key, {**body, "kind": kind, **plan}
        )

    async def _summons(self, row: Row, external: str) -> Row:
        """Call whom the list names, and one more; the first that may leads."""
        path = f"/dispatch/v1/cases/{row['case_no']}/whistle-units"
        named = await self.town.wire.get(officer(row["street"]), path)
        listed = [one["unit"] for one in named["items"]]
        choices = self.town.choices
        more = choices.pick(choices.departments(row["district"]), external, "unit")
        units = list(dict.fromkeys([*listed[: _UNITS_MAX - 1], more]))
        lead = next(one for one in units if choices.units[one]["kind"] in _MAY_LEAD)
        return {
            "ground": choices.pick(("several_units", "no_power", "duty_unclear"), external, "why"),
            "evidence": "已到现场查看，街道无权单独处置。",
            "lead": lead,
            "assisting": [one for one in units if one != lead],
            "reasons": {} if more in listed else {more: "清单未列，现场需要其到场。"},
            "request": "街道单独处置不了，请到场联合处置。",
        }


def _plan(row: Row) -> Row:
    due_at = parse_instant(row["dispatched_at"]) + _KEY_WORK_TAKES
    return {
        "goal": "一个月内消除该处隐患，不再反弹。",
        "consultation": "已征求居民代表和各单位意见，均无异议。",
        "responsible": "街道办事处副主任",
        "nodes": [{"what": "各单位提交处置方案", "due_at": format_instant(due_at)}],
    }
