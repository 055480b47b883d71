"""MiniStack as the local cloud runs it: with the few corrections that no hook at the router can do.

What happens inside MiniStack (a state machine calling a function) never passes the router. These
corrections wrap private functions of the pinned version; ``tests/integration/local_cloud`` tells
when a new version breaks or no longer needs them. Everything else is corrected at the router.
"""
