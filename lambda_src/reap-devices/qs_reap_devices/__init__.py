"""What is done by the clock: ending what lost devices left open, and measuring what ages.

What lives here: queues of revoked devices, commands that nobody answers any more, and the
figures that no request would ever report (the fleet, secrets, models). What does not: revoking
a device, which is its owner's act (function ``api``).
"""
