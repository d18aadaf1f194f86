"""Every event stands in a list that somebody can read, or is known to stand in none."""

from contracts.catalogue import FileCatalogue
from contracts.event import Event
from contracts.events import dispatch, intake
from contracts.schema import published
from whistle.composition import definitions

IN_NO_VIEW: dict[type[Event], str] = {
    dispatch.CallbackNoted: "the case itself shows its answers",
    dispatch.DistrictCopied: "the district's queue comes with its duty to answer",
    intake.SubjectErased: "what is erased is shown nowhere",
    intake.SubjectRecorded: "persons are not listed",
}


def test_every_event_is_shown_by_a_view_of_its_service_or_known_to_be_in_none() -> None:
    shown = {
        event
        for definition in definitions(FileCatalogue())
        for view in definition.model.views
        for event in view.on
        if event.wire.startswith(f"{definition.name}.")
    }
    events = {model for model in published().values() if issubclass(model, Event)}
    assert {event.__name__ for event in events - shown} == {one.__name__ for one in IN_NO_VIEW}
