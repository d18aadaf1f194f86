"""Processes: what is put together, listens on a port, and holds a data folder."""
