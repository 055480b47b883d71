"""The password of the application's user of PostgreSQL, by two users that take turns.

What lives here: making the users, and proving that the next one can work. What does not: the
order of a rotation's steps (``qs_cloud.rotation``), and what the users may do, which their
group role says (migrations).
"""
