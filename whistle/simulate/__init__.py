"""`whistle simulate`: plays officers and residents through the public HTTP API, and nothing else.

What anybody does depends only on hash(seed, external_no, step, round), and time moves only when
nothing is left to do, so a run that was killed and resumed ends the same for every case.
"""
