"""What the functions share and ``qscreen`` must not know: AWS, tables, PostgreSQL, Redis.

It travels in the shared layer beside ``qscreen``. What lives here: clients with bounded
waiting, the items of the three tables as typed records, connections made from secrets that
are read at run time, the intake of runs, the steps of a rotation, logging and metrics. What
does not: anything only one function needs.
"""
