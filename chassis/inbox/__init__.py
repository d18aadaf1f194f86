"""Events of other services: what was seen, how far, and what is held back."""
