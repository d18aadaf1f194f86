"""The commands, one module per group. Each imports what it needs only when it is called."""
