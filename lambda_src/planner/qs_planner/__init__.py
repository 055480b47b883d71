"""From a goal to a validated plan, or to the reason why there is none.

What lives here: the planners in the order in which they are asked, the check of their plans,
and what a repair leaves to do. What does not: the command grammar itself (``qscreen``).
"""
