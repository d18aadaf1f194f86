"""Agents of the hotline answer, decline and file; repeats are linked, and some callers withdraw."""

from collections.abc import Iterable
from dataclasses import dataclass

from whistle.simulate.acting import AGENT, Row, Town, all_of
from whistle.simulate.choices import Disposition

__all__ = ["Agents"]


@dataclass
class Agents:
    """Everybody who takes calls."""

    town: Town
    _has_looked: bool = False

    async def read_appeals(self) -> list[Row]:
        """Read all appeals and remember their external numbers."""
        rows = await self.town.wire.rows(AGENT, "/intake/v1/appeals")
        self.town.external = {row["appeal_no"]: row["external_no"] for row in rows}
        return rows

    async def decide(self) -> int:
        """Decide about every appeal that nobody has decided about."""
        undecided = await self.town.wire.get(
            AGENT, "/intake/v1/appeals", status="received", limit=1
        )
        if self._has_looked and not undecided["total"]:
            return 0
        self._has_looked = True
        rows, choices = await self.read_appeals(), self.town.choices
        plans = {row["appeal_no"]: choices.dispose(row) for row in rows}
        first = _first_of_each_kind(rows, plans)
        waiting = [row for row in rows if row["status"] == "received"]
        links = {
            row["appeal_no"]: target
            for row in waiting
            if (plan := plans[row["appeal_no"]]).may_link
            and (target := first[plan.street, plan.matter]) != row["appeal_no"]
        }
        done = await all_of(
            self._decide(row, plans[row["appeal_no"]])
            for row in waiting
            if row["appeal_no"] not in links
        )
        done += await all_of(self._link(no, target, plans[no]) for no, target in links.items())
        withdrawn = [
            row
            for row in rows
            if row["status"] in {"received", "filed"}
            and plans[row["appeal_no"]].act == "file"
            and row["appeal_no"] not in links
            and choices.withdraws(row["external_no"])
        ]
        return done + await all_of(self._withdraw(row) for row in withdrawn)

    async def _decide(self, row: Row, plan: Disposition) -> bool:
        no = row["appeal_no"]
        match plan.act:
            case "answer":
                return await self._appeal(no, "answer", {"answer": "已按现行政策当场答复。"})
            case "decline":
                why = {"ground": plan.ground, "explanation": "已向来电人说明依据和办理途径。"}
                return await self._appeal(no, "decline", why)
            case _:
                return await self._appeal(no, "case", _where(plan))

    async def _link(self, no: str, target: str, plan: Disposition) -> bool:
        if await self._appeal(no, "link", {"case_no": target}):
            return True
        return await self._appeal(no, "case", _where(plan))

    async def _withdraw(self, row: Row) -> bool:
        return await self._appeal(row["appeal_no"], "withdrawal", {})

    async def _appeal(self, no: str, act: str, body: Row) -> bool:
        path = f"/intake/v1/appeals/{no}/{act}"
        return await self.town.wire.act(AGENT, path, self.town.key(no, act, 1), body)


def _where(plan: Disposition) -> Row:
    return {"street": plan.street, "matter": plan.matter}


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
