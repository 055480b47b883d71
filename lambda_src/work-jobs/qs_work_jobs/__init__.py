"""Jobs of the jobs queue, one message each.

What lives here: reading a job and handing it to what carries it out, so that a bad message
fails alone. What does not: what starting a run means (``qs_cloud.intake``).
"""
