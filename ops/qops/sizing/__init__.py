"""What cost, capacity and diagram read: the platform's resources, and how it is used.

No figures of AWS here: prices are in ``qops.cost``, quotas in ``qops.capacity``.
"""
