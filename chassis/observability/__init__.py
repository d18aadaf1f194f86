"""Health, metrics and traces of a running service."""
