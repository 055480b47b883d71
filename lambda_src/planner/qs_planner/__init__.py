"""The planning of a run: its first plan, and what a repair leaves to do.

What lives here: the task of the state machine, and what the run's item keeps of a plan. What does
not: how a plan is made and checked (``qs_planning``), and the command grammar (``qscreen``).
"""
