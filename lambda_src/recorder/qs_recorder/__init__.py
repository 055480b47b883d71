"""The end of a run: history and audit in PostgreSQL, session, metrics, event, final status.

What lives here: deciding how a run ended, and writing it to where it is kept. What does not:
judging effects, which happened when they arrived.
"""
