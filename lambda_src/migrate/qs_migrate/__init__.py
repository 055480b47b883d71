"""The schema of PostgreSQL, by plain SQL files that are applied in order and never changed.

A library does not pay here: Alembic comes with SQLAlchemy (29 MB, 155 ms of import, an ORM
that nothing else uses); yoyo brings setuptools, tabulate and a second driver layer. What is
left after them, an ordered list with checksums under a lock, is the two small modules here.
"""
