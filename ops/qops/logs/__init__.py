"""Log lines of the platform, and the timeline of a run over all that tells of it.

``groups`` finds the log groups of a function or a layer, ``reading`` asks CloudWatch Logs,
``lines`` reads what Powertools wrote and keeps back what nobody may see, ``machine`` and
``traces`` ask Step Functions and X-Ray, ``tracing`` puts them together.
"""
