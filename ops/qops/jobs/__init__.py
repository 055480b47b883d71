"""Jobs: many runs asked for at once.

``reading`` reads the goals of a file, ``journal`` remembers what was submitted from here (the API
lists no jobs), ``working`` submits, shows and cancels. What lives elsewhere: the queue behind it
(``qops.queues``), single runs (``qops.runs``).
"""
