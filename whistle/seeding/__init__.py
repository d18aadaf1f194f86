"""Invented cases in any number, written past the door into empty databases, to measure at size."""
