"""Fills empty databases with invented cases, past the unit of work, to measure at size."""
