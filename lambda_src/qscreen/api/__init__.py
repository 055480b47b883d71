"""The API contract: routes, the OpenAPI document rendered from them, and the client.

The typed route table (``routes``) and the wire types are the one source. ``render`` makes
the OpenAPI document, from which API Gateway, the published documentation and the client
module are made.
"""
