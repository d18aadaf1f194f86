"""What is measured, and how: `make bench` runs everything and writes `bench/results.json`.

Every ratio has its candidate and its reference in the same run, one after the other in turns, so
that what else the machine does falls on both.
"""
