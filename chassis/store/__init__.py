"""The event log of one service and everything that commits with it.

`tables` says what is stored, `log` reads it, and an adapter per database (`sqlite`) opens it and
appends. The contract suite in tests/contracts runs on every adapter.
"""
