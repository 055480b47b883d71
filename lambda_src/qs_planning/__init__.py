"""From a goal and a screen to a validated plan: what ``planner`` and ``mcp-planner`` share.

It travels in the shared layer. What lives here: the order in which a plan is looked for (cache,
command grammar, model), the conversation with a model of Amazon Bedrock, the check of what it
answers, and the review that keeps text of a screen from becoming an instruction. What does not:
the command grammar itself (``qscreen``), and what a run keeps of a plan (``planner``).
"""
