"""Drills: what is kept for bad days is really restored, compared with what it was, and removed.

The cache, of which nothing is kept, is really lost.

What lives here: choosing a backup, restoring it beside what runs, the verdict, and clean-up. What
does not: a restoration that stays (``docs/runbooks/restore-database.md``).
"""
