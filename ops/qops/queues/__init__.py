"""The platform's queues: how much waits in them, and moving dead letters back.

``depths`` finds the queues of an environment and counts what lies in them, ``letters`` says what a
dead letter is without quoting it, ``moving`` moves letters back without losing one, ``redriving``
is the whole of it: find, count, confirm, move, see what comes back. What lives elsewhere: whether a
depth is healthy (``qops.health``).
"""
