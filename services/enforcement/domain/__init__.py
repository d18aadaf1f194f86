"""Rules of enforcement: pure, one module per aggregate."""
