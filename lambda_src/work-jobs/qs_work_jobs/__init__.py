"""Jobs of the jobs queue, one message each.

What lives here: reading a job and handing it to what carries it out, so that a bad message
fails alone, and noting the items of a job that cannot become runs. What does not: what starting a
run means (``qs_cloud.intake``), and what a message is (``qs_cloud.jobs``).
"""
