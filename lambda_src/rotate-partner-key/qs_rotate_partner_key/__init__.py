"""The rotation of partners' API keys.

What lives here: what a partner's secret opens, and the end of keys that a newer one has
followed. What does not: the order of the steps (``qs_cloud.rotation``).
"""
