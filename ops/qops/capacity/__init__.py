"""How much load the platform carries: demand at the peak against settings and quotas of AWS.

The arithmetic is in ``demand`` and ``checks``, its sources beside it; quotas are data.
"""
