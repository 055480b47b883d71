"""Bedrock's Converse in the local cloud: checks, guardrails, tokens, and the two local models.

``requests`` checks a request as Bedrock does, ``guardrails`` applies the declared guardrail,
``tokens`` counts, ``grammar_model`` answers by the command grammar and ``openai_model`` by a server
that speaks OpenAI's chat completions; ``events`` puts an answer into an event stream.
"""
