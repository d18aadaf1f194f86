"""`whistle simulate` that writes every request and every answer as a line of JSON on its output.

    python -m tests.faults.reporting_simulation URL SEED PATIENCE_S

The last line is `{"is": "over"}`; without it the run did not come to its end.
"""

import asyncio
import json
import sys
from typing import Any

from rich.progress import Progress

from whistle.simulate.command import play
from whistle.simulate.wire import Wire


def report(**what: object) -> None:
    """Write one line, at once."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class ReportingWire(Wire):
    """The simulation's client, which reports what it sends and what it is answered."""

    async def send(
        self,
        method: str,
        actor: str,
        path: str,
        key: str | None = None,
        **content: Any,  # noqa: ANN401  # aiohttp's own arguments
    ) -> tuple[int, Any]:
        """Send a request until it is answered."""
        request = {"method": method, "path": path, "key": key}
        report(**{"is": "asked", **request})
        status, answer = await super().send(method, actor, path, key=key, **content)
        report(**{"is": "answered", **request, "status": status, "code": answer.get("code")})
        return status, answer


def main(url: str, seed: str, patience_s: str) -> None:
    """Play to the end."""
    silent = Progress(disable=True)
    asyncio.run(play(url, int(seed), int(patience_s), silent, ReportingWire))
    report(**{"is": "over"})


if __name__ == "__main__":
    main(*sys.argv[1:])
