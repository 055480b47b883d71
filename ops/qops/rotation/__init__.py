"""Rotation of secrets by an operator: which are due, watched to the end, proven, the former ended.

What lives here: looking at secrets, starting and following their rotation, proof and roll-back.
What does not: the steps themselves and the way to the databases, which the platform's rotation
functions know (``qs_cloud.rotation``, ``qs_cloud.credentials``).
"""
