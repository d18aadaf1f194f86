"""Read models of dispatch, one per module."""
