"""Visitors of the call-back centre ask the callers; who is not reached is tried again later."""

from dataclasses import dataclass

from whistle.simulate.acting import VISITOR, Row, Town, all_of

__all__ = ["Visitors"]


@dataclass
class Visitors:
    """Everybody who calls back."""

    town: Town

    async def look(self) -> list[Row]:
        """Read the call-backs that are open."""
        found = self.town.wire.items(VISITOR, "/feedback/v1/callbacks", status="open")
        rows = [row async for row in found]
        self.town.being_called = {row["case_no"] for row in rows}
        return rows

    async def work(self, rows: list[Row]) -> int:
        """Call each caller once."""
        return await all_of(self._call(row) for row in rows)

    async def _call(self, row: Row) -> int:
        no, round_no, town = row["appeal_no"], row["round"], self.town
        path = f"/feedback/v1/callbacks/{row['callback_no']}"
        answers = town.choices.answers(town.external[no], round_no)
        if not answers.reached:
            attempt = f"attempt-{row['attempts'] + 1}"
            return await town.act(VISITOR, f"{path}/attempts", town.key(no, attempt, round_no))
        body = {
            "contacted": answers.contacted,
            "resolved": answers.resolved,
            "satisfaction": answers.satisfaction,
        }
        key = town.key(no, "completion", round_no)
        return await town.act(VISITOR, f"{path}/completion", key, body)
