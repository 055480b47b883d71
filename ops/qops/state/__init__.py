"""The state itself: what is in it, its versions in S3, the way back to one of them, its lock.

``document`` reads a state file, ``comparing`` tells two of them apart with nothing secret in the
answer, ``store`` reads and writes versions in the bucket, ``locks`` tells who holds the lock and
whether they still live. ``listing``, ``restoring`` and ``unlocking`` are the use cases. None of
them starts Terraform.
"""
