"""The end of data that neither a lifecycle nor an expiry deletes.

What lives here: finished runs in PostgreSQL and in their table, objects of runs that are
nowhere any more, and versions of templates that none lists; a bounded share of each in one
invocation. What does not: what a user wants deleted (``user-data``), and the audit, which stays.
"""
