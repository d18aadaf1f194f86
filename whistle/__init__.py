"""The command line of Whistle (吹哨报到): runs the services, and operates them over HTTP.

Only `whistle run` composes services in this process; every other command talks to a server, so it
does from anywhere what it does here. What a command prints as data goes to standard output, and
everything else to standard error.
"""
