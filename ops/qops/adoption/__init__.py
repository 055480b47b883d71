"""Resources that exist and that Terraform shall manage from now on, or no longer.

Both are plans like any other: saved, sealed, reviewed, approved where that is asked for, and
applied by ``qops apply``. Nothing here applies anything.
"""
