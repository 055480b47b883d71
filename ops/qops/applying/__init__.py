"""What stands between a saved plan and an apply, and what is remembered of it.

``seal`` writes down beside a plan what it was made from and tells whether that still holds;
``checks`` are the refusals (stale, tampered, too much destroyed, unreviewed); ``trail`` is the
hash-chained record of approvals and applies, kept with the state. Nothing here runs Terraform.
"""
