"""Errors that stop the reading of an export; a broken row does not, it becomes a `Reject`.

ExportError
  x MappingError            the headers do not fit our fields
  x UnreadableExportError   the file is not a text table
ValueError
  x TimeFormatError         one value is not a time (in a row it becomes a `Reject`)
"""

__all__ = ["ExportError", "MappingError", "TimeFormatError", "UnreadableExportError"]


class ExportError(Exception):
    """The file as a whole cannot be read; the message says in one sentence what to do."""


class MappingError(ExportError):
    """The mapping file is wrong, or the export lacks a column that it names."""


class UnreadableExportError(ExportError):
    """The file is empty, no text, or in an encoding that is not supported."""


class TimeFormatError(ValueError):
    """A value that is not a time. The message has the value: not for logs or reject files."""
