"""Rules of feedback: pure, one folder per aggregate, and the ranking of units."""
