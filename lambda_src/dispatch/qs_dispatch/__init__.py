"""Turns a state of the state machine into a command on a device's queue.

What lives here: making the command, its upload ticket and its place in the tables. What does
not: judging the answer, which arrives at the API.
"""
