"""The REST API: one use case per operation of ``qscreen.api.routes``.

What lives here: reading requests, ownership, and what each operation does to the tables, the
queues and the state machine. What does not: the route table and the wire types (``qscreen``),
and the check of the token (function ``authorizer``).
"""
