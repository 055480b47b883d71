"""Who calls the API, and what they may do.

What lives here: the check of the access token and the policy made from its scopes. What does
not: who owns what, which the API decides per run and device.
"""
