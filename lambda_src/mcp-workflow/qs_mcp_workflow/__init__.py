"""The MCP server ``workflow``: templates, runs and schedules, for a model to use.

What lives here: the tools, their words and what they show of a run. What does not: what a template
is or what starting means; the API and these tools share that (``qs_cloud``). There is no tool that
confirms a plan: a person does that, outside of the model's channel.
"""
