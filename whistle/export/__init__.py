"""Reads a hotline's export: complaints out of a CSV file, one by one.

Knows what a foreign file may look like (headers, encodings, times, damaged rows), and neither HTTP
nor the services: its caller decides what to do with a complaint or a reject.
"""

from whistle.export.encodings import detect_encoding
from whistle.export.errors import (
    ExportError,
    MappingError,
    TimeFormatError,
    UnreadableExportError,
)
from whistle.export.kinds import KINDS, read_kind
from whistle.export.mapping import FIELDS, Mapping, load_mapping
from whistle.export.rejects import RejectFile
from whistle.export.rows import Complaint, Reject, Row, count_rows, read_export
from whistle.export.times import parse_time

__all__ = [
    "FIELDS",
    "KINDS",
    "Complaint",
    "ExportError",
    "Mapping",
    "MappingError",
    "Reject",
    "RejectFile",
    "Row",
    "TimeFormatError",
    "UnreadableExportError",
    "count_rows",
    "detect_encoding",
    "load_mapping",
    "parse_time",
    "read_export",
    "read_kind",
]
