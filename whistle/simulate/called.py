"""The units that a whistle calls, and what the street, the centre and the district do with them."""

from dataclasses import dataclass

from whistle.simulate.acting import Row, Town, all_of, officer
from whistle.simulate.choices import Part
from whistle.simulate.queues import Queues

__all__ = ["CalledUnits"]


@dataclass
class CalledUnits:
    """Who acknowledges, comes, contests, leaves or never comes."""

    town: Town

    async def work(self, queues: Queues) -> int:
        """Do the next thing about each unit's task."""
        return await all_of(self._work(row) for row in queues.tasks)

    async def _work(self, row: Row) -> int:
        external, unit, round_no = self.town.external[row["case_no"]], row["unit"], row["round"]
        if self.town.choices.cancels_whistle(external, round_no, row["kind"]):
            return 0
        part = self.town.choices.part(external, unit, round_no)
        match row["status"]:
            case "completed":
                return await self._step(officer(row["street"]), row, f"releases/{unit}")
            case "reported" if part == "left":
                return await self._step(officer(row["street"]), row, f"early-departures/{unit}")
            case "reported":
                done = {"result": "本单位职责内的问题已处置完毕。"}
                return await self._step(officer(unit), row, "completion", done)
            case _:
                return await self._before_coming(row, external, part)

    async def _before_coming(self, row: Row, external: str, part: Part) -> int:
        unit = row["unit"]
        match part:
            case "absent":
                who = officer(row["street"])
                return await self._once_missed("report", who, row, f"absences/{unit}")
            case "contest_upheld" | "contest_rejected" if row["contest"] != "rejected":
                return await self._contest(row, part.removeprefix("contest_"))
            case "chased" if not row["chased_count"]:
                who = officer(self.town.choices.centre_of(row["district"]))
                return await self._once_missed("acknowledgement", who, row, f"chases/{unit}")
            case _:
                return await self._come(row, external)

    async def _once_missed(self, what: str, who: str, row: Row, act: str) -> int:
        return await self._step(who, row, act) if row[f"{what}_missed"] else 0

    async def _contest(self, row: Row, outcome: str) -> int:
        if row["contest"] is None:
            basis = {"basis": "《职责清单》：该事项不由本单位负责。"}
            return await self._step(officer(row["unit"]), row, "contest", basis)
        ruling = {"outcome": outcome, "reason": "经核对职责清单裁定。"}
        who = officer(row["district"])
        return await self._step(who, row, f"contests/{row['unit']}/ruling", ruling)

    async def _come(self, row: Row, external: str) -> int:
        if row["status"] == "summoned":
            if self._waits(external, row, "acknowledgement"):
                return 0
            return await self._step(officer(row["unit"]), row, "acknowledgement")
        if self._waits(external, row, "report"):
            return 0
        return await self._step(officer(row["unit"]), row, "report", {"officer_count": 2})

    def _waits(self, external: str, row: Row, step: str) -> bool:
        late = self.town.choices.is_late(external, f"{step}/{row['unit']}", row["round"])
        return late and not row[f"{step}_missed"]

    async def _step(self, who: str, row: Row, act: str, body: Row | None = None) -> int:
        no = row["operation_no"]
        path = f"/enforcement/v1/operations/{no}/{act}"
        key = self.town.key(f"{no}/{row['unit']}", act, row["round"])
        return await self.town.act(who, path, key, body)
