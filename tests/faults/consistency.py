"""What has to be true of the databases of services that are stopped, whatever happened before."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

__all__ = ["faults_in"]


Rows = list[tuple[Any, ...]]


def faults_in(folders: Mapping[str, Path]) -> list[str]:
    """Name gaps and duplicates in the logs, and every event that is not processed or is held.

    `folders` gives the data folder of each service.
    """
    files = {service: folder / f"{service}.db" for service, folder in folders.items()}
    heads = {service: _rows(file, "SELECT position FROM head") for service, file in files.items()}
    known = {service: position for service, [(position,)] in heads.items()}
    return [
        f"{service}: {what}"
        for service, file in files.items()
        for what in (*_in_log(file, known[service]), *_unprocessed(file, known))
    ]


def _rows(file: Path, query: str) -> Rows:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def _in_log(file: Path, head: int) -> Iterator[str]:
    log = _rows(file, "SELECT position, stream, version, meta FROM events ORDER BY 1")
    positions = [row[0] for row in log]
    if positions != list(range(1, head + 1)):
        yield f"positions are not 1..{head}"
    last: Counter[str] = Counter()
    for position, stream, version, _ in log:
        last[stream] += 1
        if version != last[stream]:
            yield f"version {version} of {stream} is at {position}"
    ids = Counter(json.loads(meta)["event_id"] for *_, meta in log)
    yield from (f"event {one} is there {count} times" for one, count in ids.items() if count > 1)


def _unprocessed(file: Path, heads: dict[str, int]) -> Iterator[str]:
    for source, checkpoint in _rows(file, "SELECT source, position FROM checkpoints"):
        if checkpoint != heads[source]:
            yield f"has processed {source} up to {checkpoint} of {heads[source]}"
    for held, reason in _rows(file, "SELECT kind, reason FROM held"):
        yield f"holds an event: {held} {reason}"
    for (check,) in _rows(file, "PRAGMA integrity_check"):
        if check != "ok":
            yield check
