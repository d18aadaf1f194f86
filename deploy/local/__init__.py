"""An installation without containers: servers started from binaries, on loopback alone."""
