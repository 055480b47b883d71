"""People of the user pool: who there is, in which groups, and the end of an access.

``pool`` is the dialogue with Cognito, ``changing`` the changes with what guards them (the last
administrator, a second factor that is required), ``sessions`` ends what is signed in. What lives
elsewhere: signing in (``qops.identity``), erasing what a user left (docs/runbooks/erase-user.md).
"""
