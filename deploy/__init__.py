"""Starts whole installations; nothing of the running system imports this."""
