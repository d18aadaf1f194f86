"""One module per change, never edited once it is released."""
