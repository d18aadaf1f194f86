"""The people of a simulation: each method is one kind of person who clears one kind of queue.

A queue is read again in every pass; each item is done at once or left until its deadline passes.
A case never has more than one thing to do at a time, so the order among cases does not matter.
"""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from typing import Any

from whistle.simulate.choices import Choices, Disposition
from whistle.simulate.wire import Wire

__all__ = ["People"]

AGENT = "agent.hotline.seat-1"
VISITOR = "visitor.callback-centre.visitor-1"
OPERATOR = "operator.hotline.night-shift"
ATTEMPTS = 3

Row = dict[str, Any]


@dataclass
class People:
    """The people of one run."""

    wire: Wire
    choices: Choices
    external: dict[str, str] = field(default_factory=dict)
    """Appeal number to the caller's own number, on which the choices depend."""
    _decided: bool = False

    async def read_appeals(self) -> list[Row]:
        """Read all appeals and remember their external numbers."""
        rows = [row async for row in self.wire.items(AGENT, "/intake/v1/appeals")]
        self.external = {row["appeal_no"]: row["external_no"] for row in rows}
        return rows

    async def decide_appeals(self) -> int:
        """Agents answer, decline and file; then repeats are linked and some callers withdraw."""
        undecided = await self.wire.get(AGENT, "/intake/v1/appeals", status="received", limit=1)
        if self._decided and not undecided["total"]:
            return 0
        self._decided = True
        rows = await self.read_appeals()
        plans = {row["appeal_no"]: self.choices.dispose(row) for row in rows}
        first = _first_of_each_kind(rows, plans)
        waiting = [row for row in rows if row["status"] == "received"]
        links = {
            row["appeal_no"]: target
            for row in waiting
            if (plan := plans[row["appeal_no"]]).may_link
            and (target := first[plan.street, plan.matter]) != row["appeal_no"]
        }
        done = await _all(
            self._decide(row, plans[row["appeal_no"]])
            for row in waiting
            if row["appeal_no"] not in links
        )
        done += await _all(self._link(no, target, plans[no]) for no, target in links.items())
        withdrawn = [
            row
            for row in rows
            if row["status"] in {"received", "filed"}
            and plans[row["appeal_no"]].act == "file"
            and row["appeal_no"] not in links
            and self.choices.withdraws(row["external_no"])
        ]
        return done + await _all(self._withdraw(row) for row in withdrawn)

    async def _decide(self, row: Row, plan: Disposition) -> int:
        no = row["appeal_no"]
        match plan.act:
            case "answer":
                return await self._appeal(no, "answer", {"answer": "已按现行政策当场答复。"})
            case "decline":
                why = {"ground": plan.ground, "explanation": "已向来电人说明依据和办理途径。"}
                return await self._appeal(no, "decline", why)
            case _:
                where = {"street": plan.street, "matter": plan.matter}
                return await self._appeal(no, "case", where)

    async def _link(self, no: str, target: str, plan: Disposition) -> int:
        if await self._appeal(no, "link", {"case_no": target}):
            return 1
        where = {"street": plan.street, "matter": plan.matter}
        return await self._appeal(no, "case", where)

    async def _withdraw(self, row: Row) -> int:
        return await self._appeal(row["appeal_no"], "withdrawal", {})

    async def _appeal(self, no: str, act: str, body: Row) -> int:
        path = f"/intake/v1/appeals/{no}/{act}"
        return await self.wire.act(AGENT, path, self._key(no, act, 1), body)

    async def make_callbacks(self) -> int:
        """Visitors call the callers back."""
        open_ones = self.wire.items(VISITOR, "/feedback/v1/callbacks", status="open")
        return await _all([self._call(row) async for row in open_ones])

    async def _call(self, row: Row) -> int:
        no, round_no = row["callback_no"], row["round"]
        path = f"/feedback/v1/callbacks/{no}"
        answers = self.choices.answers(self._external(row["appeal_no"]), round_no)
        if answers.reached:
            body = {
                "contacted": answers.contacted,
                "resolved": answers.resolved,
                "satisfaction": answers.satisfaction,
            }
            key = self._key(row["appeal_no"], "completion", round_no)
            return await self.wire.act(VISITOR, f"{path}/completion", key, body)
        for attempt in range(row["attempts"] + 1, ATTEMPTS + 1):
            key = self._key(row["appeal_no"], f"attempt-{attempt}", round_no)
            await self.wire.act(VISITOR, f"{path}/attempts", key)
        return 1

    async def work_cases(self) -> int:
        """Officers sign, propose whistles or report the handling; some only after the deadline."""
        calls = [
            row["case_no"]
            async for row in self.wire.items(VISITOR, "/feedback/v1/callbacks", status="open")
        ]
        rows = self.wire.items(AGENT, "/dispatch/v1/cases", status="open")
        return await _all([self._work(row, set(calls)) async for row in rows])

    async def _work(self, row: Row, being_called: set[str]) -> int:
        no, round_no = row["case_no"], row["round"]
        external = self._external(no)
        late = {step: self.choices.is_late(external, step, round_no) for step in ("sign", "handle")}
        match row["stage"]:
            case "dispatched" if row["sign_missed"] or not late["sign"]:
                return await self._officer(row, "signature", {})
            case "signed" if row["open_whistle"] is None:
                return await self._settle_matter(row, external, being_called, late=late["handle"])
            case _:
                return 0

    async def _settle_matter(
        self, row: Row, external: str, being_called: set[str], *, late: bool
    ) -> int:
        round_no = row["round"]
        plan = self.choices.whistle(external, round_no, row["matter"])
        if plan and row["unit"] == row["street"] and not await self._has_whistled(row):
            body = {
                "kind": plan.kind,
                "lead": plan.lead,
                "assisting": plan.assisting,
                "ground": "several_units",
                "evidence": "已到现场查看，街道无权单独处置。",
                "request": "街道单独处置不了，请到场联合处置。",
            }
            return await self._officer(row, "whistles", body)
        if row["case_no"] in being_called or (late and not row["handle_missed"]):
            return 0
        contact = await self._contact(row)
        body = {"claim": "resolved", "contact": contact, "account": "已到场处置并告知来电人。"}
        return await self._officer(row, "handling", body)

    async def _contact(self, row: Row) -> str:
        """Call the caller, if the case has a clock for that; say what is reported of it."""
        case = await self.wire.get(AGENT, f"/dispatch/v1/cases/{row['case_no']}")
        own = [one["milestone"] for one in case["clocks"] if one["round"] == row["round"]]
        if "contact" not in own:
            return "not_needed"
        if not case["contacts"]:
            await self._officer(row, "contacts", {"result": "reached"})
        return "reached"

    async def _has_whistled(self, row: Row) -> bool:
        query = {"case_no": row["case_no"], "limit": 100}
        page = await self.wire.get(AGENT, "/dispatch/v1/whistles", **query)
        return any(one["round"] == row["round"] for one in page["items"])

    async def _officer(self, row: Row, act: str, body: Row) -> int:
        path = f"/dispatch/v1/cases/{row['case_no']}/{act}"
        key = self._key(row["case_no"], act, row["round"])
        return await self.wire.act(_officer(row["unit"]), path, key, body)

    async def lead_whistles(self) -> int:
        """Leaders approve or refuse, officers blow, and the street accepts the result."""
        acted = 0
        for status in ("proposed", "approved", "concluded"):
            rows = self.wire.items(AGENT, "/dispatch/v1/whistles", status=status)
            acted += await _all([self._lead(row) async for row in rows])
        return acted

    async def _lead(self, row: Row) -> int:
        no, street = row["whistle_no"], row["street"]
        external = self._external(row["case_no"])
        match row["status"]:
            case "proposed" if self.choices.refuses_whistle(no, external):
                act, who, body = (
                    "refusal",
                    _leader(street),
                    {"reason": "街道可自行处置，暂不吹哨。"},
                )
            case "proposed":
                act, who, body = "approval", _leader(street), {}
            case "approved":
                act, who, body = "blow", _officer(street), {}
            case _:
                act, who, body = "settlement", _officer(street), {}
        path = f"/dispatch/v1/whistles/{no}/{act}"
        return await self.wire.act(who, path, self._key(no, act, row["round"]), body)

    async def do_tasks(self) -> int:
        """Called units acknowledge, report in and complete; the street releases them."""
        acted = 0
        for status in ("summoned", "acknowledged", "reported", "completed"):
            rows = self.wire.items(OPERATOR, "/enforcement/v1/queue", status=status)
            acted += await _all([self._task(row) async for row in rows])
        return acted

    async def _task(self, row: Row) -> int:
        no, unit, round_no = row["operation_no"], row["unit"], row["round"]
        external = self._external(row["case_no"])
        body: Row = {}
        who = _officer(unit)
        match row["status"]:
            case "summoned" if self._waits(external, unit, row, "acknowledgement"):
                return 0
            case "summoned":
                act = "acknowledgement"
            case "acknowledged" if self._waits(external, unit, row, "report"):
                return 0
            case "acknowledged":
                act, body = "report", {"officer_count": 2}
            case "reported":
                act, body = "completion", {"result": "本单位职责内的问题已处置完毕。"}
            case _:
                act, who = f"releases/{unit}", _officer(row["street"])
        key = self._key(f"{no}/{unit}", act, round_no)
        return await self.wire.act(who, f"/enforcement/v1/operations/{no}/{act}", key, body)

    def _waits(self, external: str, unit: str, row: Row, step: str) -> bool:
        late = self.choices.is_late(external, f"{step}/{unit}", row["round"])
        return late and not row[f"{step}_missed"]

    def _external(self, appeal_no: str) -> str:
        return self.external[appeal_no]

    def _key(self, no: str, act: str, round_no: int) -> str:
        """Give the key of an action, the same in a resumed run."""
        return f"simulate/{self.choices.seed}/{no}/{act}/{round_no}"


def _officer(unit: str) -> str:
    return f"officer.{unit}.{unit}-duty"


def _leader(unit: str) -> str:
    return f"leader.{unit}.{unit}-leader"


def _first_of_each_kind(
    rows: Iterable[Row], plans: dict[str, Disposition]
) -> dict[tuple[str, str], str]:
    """Give, per street and matter, the appeal that others of it are linked to.

    It is the first by the callers' own numbers, which do not depend on the order of arrival.
    """
    first: dict[tuple[str, str], str] = {}
    for row in sorted(rows, key=lambda one: (one["external_no"], one["appeal_no"])):
        plan = plans[row["appeal_no"]]
        if plan.act == "file":
            first.setdefault((plan.street, plan.matter), row["appeal_no"])
    return first


async def _all(steps: Iterable[Awaitable[int | bool]]) -> int:
    return sum(await asyncio.gather(*steps))
