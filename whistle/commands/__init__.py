"""The commands, one module per group. Each imports what it needs when it is called, not before."""
