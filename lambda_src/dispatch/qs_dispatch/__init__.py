"""Turns a state of the state machine into a command on a device's queue, or into a question.

What lives here: making the command, its upload ticket and its place in the tables, and letting a
run wait for its confirmation. What does
not: judging the answer, which arrives at the API.
"""
