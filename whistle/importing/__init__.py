"""Importing an export: what is sent for a row, how it is sent, and what became of it."""
