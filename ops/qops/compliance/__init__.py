"""``qops compliance``: controls of five frameworks, mapped to checks with evidence.

``controls.json`` says which checks a control consists of; it is taken over from Prowler
(Apache-2.0, see its ``_source``). How a check is answered is ours: from attributes of the plan or
the state (``rules_*.py``), or by a check of :mod:`qops.health`. The scope is the platform, not the
account.
"""
