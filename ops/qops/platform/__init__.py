"""The platform of one environment: its working copy, plans, applies, migrations, recovery.

``workspace`` lays out Terraform's working copy, ``deployment`` plans and applies, ``local_state``
keeps the local state in the local cloud, ``recovery`` decides whether that is the cloud that was
applied to, ``migrations`` brings the database's schema up, ``aws`` makes clients that cannot reach
the wrong cloud, ``bring_up`` joins all of it.
"""
