"""The audit of events: into the chain, and from the chain into the locked bucket.

What lives here: reading events of the bus, the entries they become, copies under object lock,
the walk that compares both. What does not: how entries are chained (``qscreen.audit``) and
stored (``qs_cloud.audit_chain``), and the entry of a finished run, which the recorder writes in
the run's own transaction.
"""
