"""Ending things: ``down``, ``reset`` and ``destroy`` of the local platform.

What lives here: the use cases that stop the agent before the platform it belongs to. What does
not: how a process, the local cloud or Terraform is stopped.
"""
