"""The embedded store: one file per service."""
