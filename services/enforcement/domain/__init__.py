"""Rules of enforcement: pure, one folder per aggregate."""
