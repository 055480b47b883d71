"""``qops health``: checks of every layer of an applied platform, as code and metadata.

A check is a function with metadata (:mod:`qops.health.model`); the checks of a layer are in
``checks/``. What exists is read from the platform's state (:mod:`qops.inventory`), how it
is from the environment's APIs. Nothing here changes anything.
"""
