"""The unit that leads a case: it signs, calls the caller, asks for what it needs, and reports."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from contracts.instant import SHANGHAI
from whistle.simulate.acting import AGENT, Row, Town, all_of, officer
from whistle.simulate.choices import Course
from whistle.simulate.proposing import Proposing

__all__ = ["Units"]

Step = Callable[[], Awaitable[int | None]]
"""Does one thing and gives 1, or waits and gives 0; None when there is nothing to do or to wait
for, so that the next step is taken."""

_UNTIL_REVIEW_DAYS = (2, 3, 4, 5)
_POOLS = ("engineering", "season", "policy", "legacy", "consent")


@dataclass
class Units:
    """Everybody on duty in a unit that leads cases."""

    town: Town
    _asked: set[str] = field(default_factory=set)
    """Cases that wait for a unit that was asked to assist."""
    _nobody: set[str] = field(default_factory=set)
    """Cases and rounds in which nobody can be called."""

    async def look(self) -> list[Row]:
        """Read the cases that are open, and for which assists they wait."""
        wire = self.town.wire
        assists = wire.items(AGENT, "/dispatch/v1/assists", is_open="true")
        self._asked = {row["case_no"] async for row in assists}
        cases = wire.items(AGENT, "/dispatch/v1/cases", status="open")
        return [row async for row in cases]

    async def work(self, rows: list[Row]) -> int:
        """Do the next thing about each case that waits for its unit."""
        return await all_of(self._work(row) for row in rows)

    async def _work(self, row: Row) -> int:
        if row["waiting_for"] or row["case_no"] in self.town.being_called:
            return 0
        external = self.town.external[row["case_no"]]
        course = self.town.choices.course(external, row["round"], row["matter"])
        for step in self._steps(row, external, course):
            if (acted := await step()) is not None:
                return acted
        return 0

    def _steps(self, row: Row, external: str, course: Course) -> list[Step]:
        if row["stage"] == "dispatched":
            return [
                partial(self._object, row, course),
                partial(self._wait, row, external, course, "sign"),
                partial(self._act, row, "signature"),
            ]
        if row["stage"] != "signed" or row["open_whistle"]:
            return []
        return [
            partial(self._wait, row, external, course, "handle"),
            partial(self._call, row, course),
            partial(self._claim, row, course),
            partial(self._ask_for_time, row, external, course),
            partial(Proposing(self.town).propose, row, external, course),
            partial(self._ask_to_assist, row, external, course),
            partial(self._report, row, course),
        ]

    async def _object(self, row: Row, course: Course) -> int | None:
        if course not in {"objection_upheld", "objection_rejected"} or row["hops"]:
            return 0 if course == "redispatched" and not row["hops"] else None
        return await self._act(row, "objection", {"basis": "《职责清单》：该事项由其他部门主责。"})

    async def _wait(self, row: Row, external: str, course: Course, step: str) -> int | None:
        """Wait until it is too late, in rare cases; a silent unit waits for ever."""
        if course == "ordered" and step == "handle":
            return 0
        is_late = course == "plain" and self.town.choices.is_late(external, step, row["round"])
        return 0 if is_late and not row[f"{step}_missed"] else None

    async def _call(self, row: Row, course: Course) -> int | None:
        """Call the caller if that is asked for, a second time who is not reached."""
        first = self.town.key(row["case_no"], "contacts", row["round"])
        if first not in self.town.done and not await self._has_to_call(row):
            self._nobody.add(first)
            self.town.done.add(first)
        is_away = course == "unreachable"
        tried = {"result": "unreachable" if is_away else "reached"}
        acted = await self._act(row, "contacts", tried)
        if acted is None and is_away and first not in self._nobody:
            return await self._act(row, "contacts", tried, again="-2")
        return acted

    async def _has_to_call(self, row: Row) -> bool:
        case = await self.town.wire.get(AGENT, f"/dispatch/v1/cases/{row['case_no']}")
        own = (one["milestone"] for one in case["clocks"] if one["round"] == row["round"])
        return "contact" in own

    async def _claim(self, row: Row, course: Course) -> int | None:
        if course != "claimed":
            return None
        acted = await self._act(row, "claim")
        colleague = {"person": f"{row['unit']}-colleague"}
        return acted if acted is not None else await self._act(row, "hand-over", colleague)

    async def _ask_for_time(self, row: Row, external: str, course: Course) -> int | None:
        match course:
            case "extension_granted" | "extension_denied":
                body = {"workdays": 2, "reason": "配件到货需两个工作日，已告知来电人。"}
                return await self._act(row, "extension", body)
            case "suspended":
                choices = self.town.choices
                days = choices.pick(_UNTIL_REVIEW_DAYS, external, "review")
                review_on = self.town.now.astimezone(SHANGHAI).date() + timedelta(days=days)
                body = {
                    "pool": choices.pick(_POOLS, external, "pool"),
                    "reason": "须待条件具备后施工，已向来电人说明。",
                    "review_on": review_on.isoformat(),
                }
                return await self._act(row, "suspension", body)
            case _:
                return None

    async def _ask_to_assist(self, row: Row, external: str, course: Course) -> int | None:
        if course not in {"assist_answered", "assist_late"}:
            return None
        others = self.town.choices.departments(row["district"], row["unit"])
        body = {
            "unit": self.town.choices.pick(others, external, "assist"),
            "request": "请提供专业意见并到场配合。",
            "reason": "清单未列，现场需要其专业意见。",
        }
        acted = await self._act(row, "assists", body)
        return 0 if acted is None and row["case_no"] in self._asked else acted

    async def _report(self, row: Row, course: Course) -> int | None:
        contact = "unreachable" if course == "unreachable" else "reached"
        if self.town.key(row["case_no"], "contacts", row["round"]) in self._nobody:
            contact = "not_needed"
        claim = "partly_resolved" if contact == "unreachable" else "resolved"
        body = {"claim": claim, "contact": contact, "account": "已到场处置并告知来电人。"}
        return await self._act(row, "handling", body)

    async def _act(
        self, row: Row, act: str, body: Row | None = None, again: str = ""
    ) -> int | None:
        path = f"/dispatch/v1/cases/{row['case_no']}/{act}"
        key = self.town.key(row["case_no"], act + again, row["round"])
        return await self.town.once(officer(row["unit"]), path, key, body)
