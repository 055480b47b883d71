"""The MCP server ``vision``: text, elements and labels on pictures of screens.

Amazon Rekognition reads the picture, and the accessibility tree of a snapshot says what Rekognition
cannot see: what an element is and what can be done with it. All places are pixels of the picture,
counted from its top left corner.
"""
