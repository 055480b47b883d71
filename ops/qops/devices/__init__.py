"""Devices as their operator sees them: whether they live, what waits for them, and their end.

``looking`` puts together what the API and the queue tell of a device, ``revoking`` revokes one and
looks whether that took hold. What lives elsewhere: choosing a device for a run (``qops.runs``), the
agent on this computer (``qops.agent``).
"""
