"""`make bench`: measure, print, keep in bench/results.json, and show in the READMEs.

python -m bench [NAME ...] [--quick]     NAME: a key of _ALL below
"""

import argparse
import sys
import traceback

from bench import (
    append,
    consuming,
    group_commit,
    kafka_clients,
    kafka_consuming,
    latency,
    lifecycles,
    lives_on_servers,
    parts,
    pg_append,
    pg_callers,
    rebuilding,
    relay,
    simulation,
    spike,
    table,
    telemetry,
)
from bench.report import keep, show

_ALL = {
    "append": append.measure,
    "parts": parts.measure,
    "group_commit": group_commit.measure,
    "lifecycles": lifecycles.measure,
    "simulation": simulation.measure,
    "rebuilding": rebuilding.measure,
    "pg_append": pg_append.measure,
    "pg_callers": pg_callers.measure,
    "telemetry": telemetry.measure,
    "rebuilding_pg": rebuilding.measure_on_postgres,
    "lives_on_servers": lives_on_servers.measure,
    "spike": spike.measure,
    "consuming": consuming.measure,
    "kafka_clients": kafka_clients.measure,
    "relay": relay.measure,
    "kafka_consuming": kafka_consuming.measure,
    "latency": latency.measure,
}
_ONLY_WHEN_NAMED = {"lives_million": lives_on_servers.measure_preloaded}
"""Takes longer than all others together."""


def main() -> None:
    """Run the measurements that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", choices=[[], *_ALL, *_ONLY_WHEN_NAMED], metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="3 runs instead of 5")
    asked = parser.parse_args()
    failed = []
    for name in asked.names or _ALL:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            keep((_ALL | _ONLY_WHEN_NAMED)[name](3 if asked.quick else 5))
        except Exception:  # noqa: BLE001  # the others are measured and kept all the same
            traceback.print_exc()
            failed.append(name)
    show(keep([]))
    table.write()
    if failed:
        sys.exit(f"could not be measured: {', '.join(failed)}")


if __name__ == "__main__":
    main()
