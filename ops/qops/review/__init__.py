"""What a saved plan would do, told so that a person can decide: typed, graded, without secrets.

``reading`` turns ``terraform show -json`` into the one result type of ``model``; ``differences``
finds the changed attributes, ``masking`` keeps secrets out of them, ``risk`` grades each change by
the tables in ``risk.toml``. ``terminal`` and ``markdown`` are writers; JSON is the model itself.
Nothing here runs Terraform or talks to a cloud.
"""
