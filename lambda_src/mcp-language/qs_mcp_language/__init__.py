"""The MCP server ``language``: what a text is about, how it is meant, what it gives away.

Amazon Comprehend answers where it knows the language; rules answer where it does not, or where
no classifier of ours is at work, and every result says which of the two it was.
"""
