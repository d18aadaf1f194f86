"""The unit that leads a case: it signs, calls the caller, asks for what it needs, and reports."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from contracts.instant import SHANGHAI, parse_instant
from whistle.simulate.acting import AGENT, Row, Town, all_of, officer
from whistle.simulate.choices import Course
from whistle.simulate.proposing import Proposing
from whistle.simulate.queues import Queues

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
    _milestones: dict[tuple[str, int, int], tuple[str, ...]] = field(default_factory=dict)
    """What a round of a case asks for under one lead."""

    async def work(self, queues: Queues) -> int:
        """Do the next thing about each case that waits for its unit."""
        free = [row for row in queues.cases if row["case_no"] not in queues.being_called]
        return await all_of(
            self._work(row, is_assisted=row["case_no"] in queues.waiting_for_assists)
            for row in free
            if not row["waiting_for"]
        )

    async def _work(self, row: Row, *, is_assisted: bool) -> int:
        external = self.town.external[row["case_no"]]
        course = self.town.choices.course(external, row["round"], row["matter"])
        for step in self._steps(row, external, course, is_assisted=is_assisted):
            if (acted := await step()) is not None:
                return acted
        return 0

    def _steps(self, row: Row, external: str, course: Course, *, is_assisted: bool) -> list[Step]:
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
            partial(self._wait_for, is_assisted=is_assisted),
            partial(self._take_stages, row),
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
        if "contact" not in await self._milestones_of(row):
            return None
        tried = {"result": "unreachable" if course == "unreachable" else "reached"}
        acted = await self._act(row, "contacts", tried)
        if acted is None and course == "unreachable":
            return await self._act(row, "contacts", tried, again="-2")
        return acted

    async def _milestones_of(self, row: Row) -> tuple[str, ...]:
        """Read what this round of a case asks for; that stays as long as its lead."""
        of = (row["case_no"], row["round"], row["hops"])
        if of not in self._milestones:
            case = await self.town.wire.get(AGENT, f"/dispatch/v1/cases/{row['case_no']}")
            own = (one["milestone"] for one in case["clocks"] if one["round"] == row["round"])
            self._milestones[of] = tuple(dict.fromkeys(own))
        return self._milestones[of]

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
                since = parse_instant(row["dispatched_at"]).astimezone(SHANGHAI).date()
                review_on = since + timedelta(days=days)
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
        return await self._act(row, "assists", body)

    async def _wait_for(self, *, is_assisted: bool) -> int | None:
        return 0 if is_assisted else None

    async def _take_stages(self, row: Row) -> int | None:
        """Say of each stage that it is done, one after the other."""
        for milestone in await self._milestones_of(row):
            what, _, stage = milestone.partition(".")
            if what == "stage" and (acted := await self._act(row, f"stages/{stage}")) is not None:
                return acted
        return None

    async def _report(self, row: Row, course: Course) -> int | None:
        contact = "unreachable" if course == "unreachable" else "reached"
        if "contact" not in await self._milestones_of(row):
            contact = "not_needed"
        claim = "partly_resolved" if contact == "unreachable" else "resolved"
        body = {"claim": claim, "contact": contact, "account": "已到场处置并告知来电人。"}
        return await self._act(row, "handling", body)

    async def _act(
        self, row: Row, act: str, body: Row | None = None, again: str = ""
    ) -> int | None:
        path = f"/dispatch/v1/cases/{row['case_no']}/{act}"
        key = self.town.key(row["case_no"], act.replace("/", "-") + again, row["round"])
        return await self.town.once(officer(row["unit"]), path, key, body)
