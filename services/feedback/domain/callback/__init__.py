"""A call-back (回访), one file per step of its work, from its scheduling to its end."""
