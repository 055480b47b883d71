"""The password of the application's user of Redis, through ElastiCache's user.

What lives here: giving the user a second password, and proving that it opens the cache. What
does not: the order of a rotation's steps (``qs_cloud.rotation``), and what the user may do,
which Terraform says (access string).
"""
