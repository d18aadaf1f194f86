"""Compares the records of the services once all of them have processed all events."""
