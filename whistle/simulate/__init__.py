"""`whistle simulate`: plays officers and residents over the public HTTP API alone.

Every choice depends only on hash(seed, external_no, step, round). The clock moves a few minutes
when everybody has done one thing, and to the next deadline when nothing is left to do. So a run
that was killed and resumed ends the same for every case.
"""
