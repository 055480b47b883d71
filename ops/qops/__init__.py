"""The operator's CLI of Q Screen Automation.

Command modules (``commands/``) parse and render; use-case packages do the work:
``prerequisites`` (what the machine must have), ``local`` (the local cloud), ``build`` (Lambda
archives), ``terraform`` (the one wrapper), ``platform`` (plan, apply, migrate, recover),
``identity`` (users and sign-in), ``runs`` (submit and follow), ``desktop`` and ``processes``
(supervised programs), ``report`` (HTML) and ``demo`` (the whole path). ``qops`` imports
``qscreen``, never function code and never the agent: it builds, starts and calls them.
"""

__version__ = "0.1.0"
