"""Every event stands in a list that somebody can read, or is known to stand in none."""

from contracts.catalogue import FileCatalogue
from contracts.event import Event
from contracts.events import dispatch, intake
from contracts.schema import published
from whistle.composition import definitions

IN_NO_VIEW: dict[type[Event], str] = {
    dispatch.CallbackNoted: "the case itself shows its answers",
    intake.SubjectCorrected: "persons are not listed",
    intake.SubjectRecorded: "persons are not listed",
    intake.SubjectsLinked: "a person's record shows its links",
    intake.SubjectsUnlinked: "a person's record shows its links",
}


def test_every_event_is_shown_by_a_view_of_its_service_or_known_to_be_in_none() -> None:
    shown = {
        wire
        for definition in definitions(FileCatalogue())
        for view in definition.model.views
        for wire in view.reads
        if wire.startswith(f"{definition.name}.")
    }
    events = {model for model in published().values() if issubclass(model, Event)}
    hidden = {event.__name__ for event in events if event.wire not in shown}
    assert hidden == {one.__name__ for one in IN_NO_VIEW}
