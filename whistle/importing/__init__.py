"""Imports an export: makes a request of each row, sends it, and counts the results."""
