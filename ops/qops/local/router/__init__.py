"""The one port of the local cloud: decides who answers a request and passes it on.

Runs in the local cloud's own environment (aiohttp, moto, botocore), as a child of its supervisor.
What lives here is the mechanism; what is answered or mended for which service lives in
``qops.local.services``. Nothing here imports the rest of qops except ``qops.processes``.
"""
