"""The list of readings (查阅登记), with the readings of contacts that 0.1.0 recorded."""

from sqlalchemy import Connection

from chassis.readings.view import add_row, readings_view
from contracts.events.intake import PersonalDataRead, ReadingNoted, ReadingRefused
from contracts.ids import subject_stream
from contracts.readings import ReadingFacts


def _of_0_1_0(connection: Connection, event: PersonalDataRead) -> None:
    """Show a reading of 0.1.0; it had no number of its own, and did not say in which role."""
    facts = ReadingFacts(
        reading_no=str(event.reason.ref),
        what="contact",
        about=subject_stream(event.subject),
        cases=(event.case_no,) if event.case_no else (),
        subjects=(event.subject,),
        reader=event.read_by,
        unit=event.read_for,
        role="",
    )
    add_row(connection, facts, event.read_at, fields=event.fields)


READINGS = readings_view(ReadingNoted, ReadingRefused, also={PersonalDataRead: _of_0_1_0})
