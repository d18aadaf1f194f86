"""Ways to put an installation together; nothing of the running system imports this."""
