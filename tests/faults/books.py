"""The books of a data folder that nobody runs on: what has to be true of them whatever happened."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.servers import SERVICES

__all__ = ["faults_in"]


Rows = list[tuple[Any, ...]]


def faults_in(folder: Path) -> list[str]:
    """Name every gap in a log, every double, and everything that was not heard or is held."""
    heads = {service: _rows(folder, service, "SELECT position FROM head") for service in SERVICES}
    known = {service: position for service, [(position,)] in heads.items()}
    return [
        f"{service}: {what}"
        for service in SERVICES
        for what in (*_in_log(folder, service, known), *_unheard(folder, service, known))
    ]


def _rows(folder: Path, service: str, query: str) -> Rows:
    with closing(sqlite3.connect(folder / f"{service}.db")) as connection:
        return connection.execute(query).fetchall()


def _in_log(folder: Path, service: str, heads: dict[str, int]) -> Iterator[str]:
    log = _rows(folder, service, "SELECT position, stream, version, meta FROM events ORDER BY 1")
    positions = [row[0] for row in log]
    if positions != list(range(1, heads[service] + 1)):
        yield f"positions are not 1..{heads[service]}"
    last: Counter[str] = Counter()
    for position, stream, version, _ in log:
        last[stream] += 1
        if version != last[stream]:
            yield f"version {version} of {stream} stands at {position}"
    ids = Counter(json.loads(meta)["event_id"] for *_, meta in log)
    yield from (f"event {one} stands {count} times" for one, count in ids.items() if count > 1)


def _unheard(folder: Path, service: str, heads: dict[str, int]) -> Iterator[str]:
    for source, checkpoint in _rows(folder, service, "SELECT source, position FROM checkpoints"):
        if checkpoint != heads[source]:
            yield f"has heard {source} up to {checkpoint} of {heads[source]}"
    for held, reason in _rows(folder, service, "SELECT kind, reason FROM held"):
        yield f"holds an event: {held} {reason}"
    for (check,) in _rows(folder, service, "PRAGMA integrity_check"):
        if check != "ok":
            yield check
