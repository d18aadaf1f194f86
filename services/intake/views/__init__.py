"""Read models of intake, one per module."""
