"""What has changed behind Terraform's back, and what of it is known.

``detecting`` makes a refresh-only plan and reads it, ``elsewhere`` knows which differences nobody
has made, ``known`` is the file of drift that is expected for a while, ``judging`` brings them
together, ``showing`` and ``markdown`` tell it. Neither resources nor the state are changed.
"""
