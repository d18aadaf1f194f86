"""Read models of feedback, one per module."""
