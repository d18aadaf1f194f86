"""An appeal (诉求): received, then answered, declined, filed as a case, or linked to one.

Only what is filed or linked leads to work in other services. Receiving never fails for a missing
place or matter (待补充); filing does (art. 10).
"""
