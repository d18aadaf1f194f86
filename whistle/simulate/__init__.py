"""`whistle simulate`: plays officers and residents over the public HTTP API alone.

Every choice depends only on hash(seed, external_no, step, round), and the clock moves only when
nothing is left to do. So a run that was killed and resumed ends the same for every case.
"""
