"""Rules of feedback: pure, one module per aggregate or policy."""
