"""The local MCP servers: this screen for a model behind an MCP client, over stdio.

What lives here: the servers ``screen``, ``accessibility``, ``vision`` and ``input`` and the one
that combines them (``server``), their tools, the desk that the tools work at (``desk``), pictures
by handle (``pictures``), and the clients' configuration files (``clients``, ``install``). What does
not: any decision about a step. A call becomes a command of the same ``Worker`` that serves the
cloud, with the policy, the consent, the stop latch and the audit of every other step.
"""
