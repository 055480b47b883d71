"""Monthly estimate of what the platform costs, from its resources and its usage.

Prices are data with source and date (``data/prices.json``). What has no price is shown as
unpriced; nothing is multiplied from another region.
"""
