"""Visitors of the call-back centre ask the callers; who is not reached is tried again later."""

from dataclasses import dataclass

from whistle.simulate.acting import VISITOR, Row, Town, all_of
from whistle.simulate.queues import Queues

__all__ = ["Visitors"]


@dataclass
class Visitors:
    """Everybody who calls back."""

    town: Town

    async def work(self, queues: Queues) -> int:
        """Call each caller once."""
        return await all_of(self._call(row) for row in queues.callbacks)

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
