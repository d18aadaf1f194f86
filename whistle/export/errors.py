"""What stops the reading of an export. One broken row never does: it becomes a `Reject`.

ExportError
  x MappingError            the headers and our fields do not meet
  x UnreadableExportError   the file is not a text table
ValueError
  x TimeFormatError         one value is not a time (a `Reject` once it stands in a row)
"""

__all__ = ["ExportError", "MappingError", "TimeFormatError", "UnreadableExportError"]


class ExportError(Exception):
    """The whole file cannot be read; the message is one sentence that says what to do."""


class MappingError(ExportError):
    """The mapping file is wrong, or the export lacks a column that it names."""


class UnreadableExportError(ExportError):
    """The file is empty, no text, or in an encoding that is not read."""


class TimeFormatError(ValueError):
    """A value that is not a time. Holds the value itself: not for logs or reject files."""
