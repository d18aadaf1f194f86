"""Rules of intake: pure, one module per aggregate."""
