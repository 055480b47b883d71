"""The platform of one environment: its working copy, plans, applies, migrations, recovery.

``workspace`` lays out Terraform's working copy, ``deployment`` plans and applies, ``recovery``
decides whether local state still fits the local cloud, ``migrations`` brings the database's schema
up, ``aws`` makes clients that cannot reach the wrong cloud, ``bring_up`` joins all of it.
"""
