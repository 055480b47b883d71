"""The remote MCP server ``planner``: plans for goals, and what is to be said of a plan.

What lives here: the tools and their results. What does not: how a plan is made and checked
(``qs_planning``), and anything that carries a plan out.
"""
