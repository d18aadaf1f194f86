"""Dispatchers and districts decide what waits for them; asked units answer."""

from dataclasses import dataclass
from datetime import timedelta

from contracts.instant import parse_instant
from whistle.simulate.acting import DISPATCHER, Row, Town, all_of, leader, officer
from whistle.simulate.choices import Course
from whistle.simulate.queues import Queues

__all__ = ["Answers", "Deciders", "Districts"]

_BEFORE_REVIEW = timedelta(hours=1)


@dataclass
class Deciders:
    """Dispatchers of the hotline, and leaders of the districts."""

    town: Town

    async def work(self, queues: Queues) -> int:
        """Decide what is to be decided of each case."""
        self.town.appointments = {}
        return await all_of(
            self._work(row) for row in queues.cases if row["case_no"] not in queues.being_called
        )

    async def _work(self, row: Row) -> int:
        external = self.town.external[row["case_no"]]
        course = self.town.choices.course(external, row["round"], row["matter"])
        match row["waiting_for"]:
            case ["ruling", *_]:
                return await self._rule(row, external, course)
            case ["extension", *_]:
                return await self._answer(row, course)
            case ["suspension", *_]:
                return await self._step(leader(row["district"]), row, "suspension/approval")
            case ["review", *_]:
                return await self._review(row, external)
            case _:
                return await self._step_in(row, external, course)

    async def _rule(self, row: Row, external: str, course: Course) -> int:
        if course == "objection_rejected":
            ruling = {"outcome": "rejected", "reason": "职责清单明确由该单位主责。"}
            return await self._step(officer(row["district"]), row, "ruling", ruling)
        unit = self._another(row, external)
        ruling = {"outcome": "upheld", "reason": "经核对，属该部门职责。", "unit": unit}
        return await self._step(DISPATCHER, row, "ruling", ruling)

    async def _answer(self, row: Row, course: Course) -> int:
        """Grant an extension, or deny it, the one by the hotline, the other by the district."""
        if course == "extension_granted":
            return await self._step(DISPATCHER, row, "extension/grant")
        why = {"reason": "理由不充分，请按期办理。"}
        return await self._step(leader(row["district"]), row, "extension/denial", why)

    async def _review(self, row: Row, external: str) -> int:
        """Let a case go on on the day of its review, by its time or after it."""
        due_at = parse_instant(row["next_due"])
        if not self.town.choices.is_late(external, "review", row["round"]):
            due_at -= _BEFORE_REVIEW
        if self.town.now < due_at:
            self.town.appointments[row["case_no"]] = due_at
            return 0
        return await self._step(leader(row["district"]), row, "resumption")

    async def _step_in(self, row: Row, external: str, course: Course) -> int:
        """Mend a dispatch that was wrong, and end what a silent unit does not."""
        if course == "redispatched" and row["stage"] == "dispatched" and not row["hops"]:
            other = {"unit": self._another(row, external), "ground": "dispatch_error"}
            return await self._step(DISPATCHER, row, "redispatch", other)
        if course == "ordered" and row["stage"] == "signed" and row["handle_missed"]:
            reason = {"reason": "承办单位逾期未办，现行政策下无法解决，区里指令结案。"}
            return await self._step(leader(row["district"]), row, "end-order", reason)
        return 0

    def _another(self, row: Row, external: str) -> str:
        choices = self.town.choices
        others = choices.departments(row["district"], row["unit"])
        return choices.pick(others, external, "another")

    async def _step(self, who: str, row: Row, act: str, body: Row | None = None) -> int:
        path = f"/dispatch/v1/cases/{row['case_no']}/{act}"
        key = self.town.key(row["case_no"], act.replace("/", "-"), row["round"])
        return await self.town.act(who, path, key, body)


@dataclass
class Districts:
    """Who answers in a district for units that did not come."""

    town: Town

    async def work(self, queues: Queues) -> int:
        """Answer, in rare cases only when the time for it is over."""
        return await all_of(self._work(row) for row in queues.escalations)

    async def _work(self, row: Row) -> int:
        external, no, unit = self.town.external[row["case_no"]], row["whistle_no"], row["unit"]
        is_late = self.town.choices.is_late(external, f"answer/{unit}", 1)
        if is_late and row["status"] == "open":
            return 0
        path = f"/dispatch/v1/whistles/{no}/escalations/{unit}/answer"
        key = self.town.key(f"{no}/{unit}", "answer", row["told_count"])
        body = {"answer": "已约谈该单位负责人，责令当日到场并说明情况。"}
        return await self.town.act(officer(row["district"]), path, key, body)


@dataclass
class Answers:
    """Units that a lead asked to assist."""

    town: Town

    async def work(self, queues: Queues) -> int:
        """Answer, some only when the time for it is over."""
        return await all_of(
            self._work(row) for row in queues.assists if row["case_no"] not in queues.being_called
        )

    async def _work(self, row: Row) -> int:
        no, unit = row["case_no"], row["unit"]
        external = self.town.external[no]
        if self.town.choices.answers_assist_late(external) and row["status"] == "open":
            return 0
        path = f"/dispatch/v1/cases/{no}/assists/{unit}/answer"
        body = {"answer": "已到场配合，建议由主责单位加装护栏。"}
        key = self.town.key(f"{no}/{unit}", "assist-answer", row["round"])
        return await self.town.act(officer(unit), path, key, body)
