"""One import: the file, the source it is sent for, and the results so far."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from whistle.export import Mapping, Reject, Row, read_export
from whistle.importing.requests import Codes, Request, request_of
from whistle.importing.sending import Result
from whistle.importing.tally import Tally

__all__ = ["Job"]


@dataclass
class Job:
    """Reads one file for one source, and counts the results."""

    file: Path
    mapping: Mapping
    source: str
    limit: int | None = None
    """Rows to read at most; None reads all."""
    tally: Tally = field(default_factory=Tally)
    rejects: list[Reject] = field(default_factory=list)

    def read(self, codes: Codes) -> Iterator[Request]:
        """Read the file; rows that are no complaint become rejects."""
        for row in islice(read_export(self.file, self.mapping), self.limit):
            made = self._made(row, codes)
            if isinstance(made, Reject):
                self.reject(made)
            else:
                yield made

    def _made(self, row: Row | Reject, codes: Codes) -> Request | Reject:
        return request_of(row, self.source, codes, self.mapping) if isinstance(row, Row) else row

    def reject(self, row: Reject) -> None:
        """Keep what is needed to correct the row, and nothing of the row itself."""
        self.tally.rejected += 1
        self.rejects.append(replace(row, raw=""))

    def note(self, result: Result) -> None:
        """Count the result of a request."""
        request = result.request
        self.tally.phone_unreadable += result.is_phone_unreadable
        match result.kind:
            case "filed":
                self.tally.filed += 1
            case "already_there":
                self.tally.already_there += 1
            case "unsure":
                self.tally.unsure += 1
            case "rejected":
                row = Reject(request.line, result.code, result.reason, request.external_no)
                self.reject(row)
