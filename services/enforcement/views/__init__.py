"""Read models of enforcement, one module each."""
