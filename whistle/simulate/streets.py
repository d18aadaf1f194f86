"""The street of the place decides about its whistles, and rates who was called."""

from dataclasses import dataclass

from whistle.simulate.acting import Row, Town, all_of, director, leader, officer
from whistle.simulate.queues import Queues

__all__ = ["Streets"]

_FIGURES = ("signing", "arrival", "people", "quality", "staying", "result")
_LOW = 50


@dataclass
class Streets:
    """Leaders and directors of the streets, and who is on duty there."""

    town: Town

    async def work(self, queues: Queues) -> int:
        """Do the next thing about each whistle."""
        return await all_of(self._work(row) for row in queues.whistles)

    async def _work(self, row: Row) -> int:
        if row["is_to_confirm"]:
            return await self._step(director(row["street"]), row, "confirmation")
        external = self.town.external[row["case_no"]]
        match row["status"]:
            case "proposed":
                return await self._decide(row, external)
            case "approved":
                return await self._step(officer(row["street"]), row, "blow")
            case "blown":
                return await self._change(row, external)
            case _:
                ratings = {"ratings": await self._ratings(row, external)}
                return await self._step(officer(row["street"]), row, "settlement", ratings)

    async def _decide(self, row: Row, external: str) -> int:
        street = row["street"]
        who = director(street) if row["kind"] == "key" else leader(street)
        if self.town.choices.refuses_whistle(row["whistle_no"], external):
            reason = {"reason": "街道可自行处置，暂不吹哨。"}
            return await self._step(who, row, "refusal", reason)
        return await self._step(who, row, "approval")

    async def _change(self, row: Row, external: str) -> int:
        """Call a whistle off, or one more unit."""
        choices, round_no = self.town.choices, row["round"]
        if choices.cancels_whistle(external, round_no, row["kind"]):
            reason = {"reason": "来电人称问题已自行消除，无需到场。"}
            return await self._step(leader(row["street"]), row, "cancellation", reason)
        if not choices.adds_unit(external, round_no):
            return 0
        unit = choices.pick(choices.departments(row["district"]), external, "more")
        if unit in row["units"]:
            return 0
        one_more = {"unit": unit, "reason": "现场发现还需其执法。"}
        return await self._step(officer(row["street"]), row, "units", one_more)

    async def _ratings(self, row: Row, external: str) -> list[Row]:
        """Rate everybody who was called, but for who was excused."""
        path = f"/enforcement/v1/operations/{row['whistle_no']}"
        operation = await self.town.wire.get(officer(row["street"]), path)
        return [
            self._rating(task, external, row["round"])
            for task in operation["tasks"]
            if task["status"] != "excused"
        ]

    def _rating(self, task: Row, external: str, round_no: int) -> Row:
        roll = self.town.choices.roll(external, f"rating/{task['unit']}", round_no)
        given = {**dict.fromkeys(_FIGURES, 80 + int(roll * 21)), "unit": task["unit"]}
        if task["status"] == "absent":
            return {**given, **dict.fromkeys(_FIGURES, 0), "reason": "始终未到场。"}
        if task["status"] == "left":
            return {**given, "staying": 0, "result": _LOW, "reason": "事未办完即离场。"}
        if task["acknowledgement_miss_counts"]:
            return {**given, "signing": _LOW, "reason": "签哨超时。"}
        if task["report_miss_counts"]:
            return {**given, "arrival": _LOW, "reason": "报到超时。"}
        return given

    async def _step(self, who: str, row: Row, act: str, body: Row | None = None) -> int:
        path = f"/dispatch/v1/whistles/{row['whistle_no']}/{act}"
        return await self.town.act(
            who, path, self.town.key(row["whistle_no"], act, row["round"]), body
        )
