"""The command line of Whistle (吹哨报到): runs the services, and operates them over HTTP.

Only `whistle run` composes services in this process. Every other command talks to a server, so it
works from any machine. Data goes to standard output, everything else to standard error.
"""
