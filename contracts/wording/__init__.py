"""Every event as one sentence in Chinese and in English, for the history of an object.

A sentence is a pair of templates over the fields of its event (one module per service). A field in
braces is put into words: units by their names, codes by what staff call them, moments in local
time. A part in square brackets is left out when a field in it is empty; `[confidential|…]` stands
there when that field is true. No template can name a sealed text.
"""

from functools import partial

from contracts.catalogue import Catalogue
from contracts.event import Event
from contracts.said import Names, Told, Wording, by_code
from contracts.wording import dispatch, enforcement, feedback, intake
from contracts.wording.limits import limits_in
from contracts.wording.names import names_in
from contracts.wording.template import Templates, fill

__all__ = ["SENTENCES", "told", "wording"]

SENTENCES: Templates = {
    **intake.SENTENCES,
    **dispatch.SENTENCES,
    **enforcement.SENTENCES,
    **feedback.SENTENCES,
}
"""By the newest class of each event: its templates."""


def wording(catalogue: Catalogue) -> Wording:
    """Give what tells events, with the names of the catalogue's units."""
    return partial(told, names=names_in(catalogue))


def told(event: Event, names: Names = by_code) -> Told:
    """Tell what happened. Raises: KeyError for an event that has no sentence."""
    said = fill(SENTENCES[type(event)], event, names)
    is_missed = "noticed_at" in type(event).model_fields
    return Told(
        zh=said.zh,
        en=said.en,
        is_nobodys=is_missed or not getattr(event, "escalated_by", "-"),
        catalogue=getattr(event, "catalogue", None),
        limits=limits_in(event),
    )
