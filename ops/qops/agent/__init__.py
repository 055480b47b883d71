"""The device agent of this machine and the desktop it acts on, as supervised processes.

What lives here: enrolling it, starting and stopping it. What does not: the agent itself, which is
a program of its own and is never imported.
"""
