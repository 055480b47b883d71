"""Users of the platform and their sign-in.

``store`` keeps what is secret in files that only their owner can read, ``demo_user`` makes the
local cloud's user through Cognito's admin API, ``sign_in`` is the dialogue with Cognito (password,
TOTP enrolment, TOTP, refresh), ``tokens`` gives a token that is still good.
"""
