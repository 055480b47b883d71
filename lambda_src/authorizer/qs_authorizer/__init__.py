"""Who calls the API, and what they may do.

What lives here: the check of the access token, the policy made from its scopes, and the check that
a device which calls for itself was not revoked. What does not: who owns what else, which the API
decides per run and device.
"""
