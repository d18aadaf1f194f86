"""The street of the place decides about its whistles, and rates who was called."""

from dataclasses import dataclass

from whistle.simulate.acting import AGENT, Row, Town, all_of, director, leader, officer

__all__ = ["Streets"]

_OPEN = ("proposed", "approved", "blown", "concluded")
_FIGURES = ("signing", "arrival", "people", "quality", "staying", "result")
_LOW = 50


@dataclass
class Streets:
    """Leaders and directors of the streets, and who is on duty there."""

    town: Town

    async def look(self) -> list[Row]:
        """Read the whistles that have not ended."""
        lists = [
            self.town.wire.items(AGENT, "/dispatch/v1/whistles", status=status) for status in _OPEN
        ]
        return [row for rows in lists async for row in rows]

    async def work(self, rows: list[Row]) -> int:
        """Do the next thing about each whistle."""
        return await all_of(self._work(row) for row in rows)

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
        key = self.town.key(row["whistle_no"], "units", round_no)
        others = choices.departments(row["district"], *row["units"])
        if key in self.town.done or not others:
            return 0
        one_more = {
            "unit": choices.pick(others, external, "more"),
            "reason": "现场发现还需其执法。",
        }
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
