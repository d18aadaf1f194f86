"""Every event of every service. Importing this package fills the register of wire names."""

from contracts.events import dispatch, enforcement, feedback, intake

__all__ = ["dispatch", "enforcement", "feedback", "intake"]
