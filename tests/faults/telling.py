"""`whistle simulate` that tells every request and every answer as a line of JSON on its output.

    python -m tests.faults.telling URL SEED PATIENCE_S

The last line is `{"is": "over"}`; without it the run did not come to its end.
"""

import asyncio
import json
import sys
from typing import Any

from rich.progress import Progress

from whistle.simulate import command
from whistle.simulate.wire import Wire


def tell(**said: object) -> None:
    """Write one line, at once."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


class TellingWire(Wire):
    """The simulation's client, which tells what it does."""

    async def _send(
        self,
        method: str,
        actor: str,
        path: str,
        key: str | None = None,
        **content: Any,  # noqa: ANN401  # aiohttp's own arguments
    ) -> tuple[int, Any]:
        said = {"method": method, "path": path, "key": key}
        tell(**{"is": "asked", **said})
        status, answer = await super()._send(method, actor, path, key=key, **content)
        tell(**{"is": "answered", **said, "status": status, "code": answer.get("code")})
        return status, answer


def main(url: str, seed: str, patience_s: str) -> None:
    """Play to the end."""
    vars(command)["Wire"] = TellingWire  # the same client, overheard
    asyncio.run(command.play(url, int(seed), int(patience_s), Progress(disable=True)))
    tell(**{"is": "over"})


if __name__ == "__main__":
    main(*sys.argv[1:])
