"""Read models: which version is stored, how one is rebuilt, how one is paged."""
