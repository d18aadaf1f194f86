"""Commands, reactions and ticks: decided in order, committed in one transaction."""
