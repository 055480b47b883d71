"""What stands on a picture or a page, and where; ``planner`` and two MCP servers share it.

It travels in the shared layer. What lives here: the answers of Amazon Rekognition and Amazon
Textract as lines, labels and tables in pixels or ratios, how they are merged with the
accessibility tree, and the answers that Redis keeps by the picture's fingerprint. What does not:
the calls themselves (``mcp-vision``, ``mcp-document``, the express state machine), and what is
planned on a screen (``qs_planning``).
"""
