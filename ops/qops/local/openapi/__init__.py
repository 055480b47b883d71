"""Reading an OpenAPI 3 document as API Gateway does (PutRestApi).

``document`` turns the document into plain descriptions of API Gateway's own resources; applying
them is the work of ``qops.local.services.apigateway``.
"""
