locals {
  _described = merge(
    {
      api = { type = "API", method = null, path = null, properties = jsonencode({ info = { description = local._document.info.description } }) }
    },
    {
      for name, operation in local._operations : name => {
        type       = "METHOD"
        method     = operation.method
        path       = operation.path
        properties = jsonencode({ summary = operation.summary, description = operation.description })
      }
    },
  )
  _documentation = { for name, part in local._described : name => part if var.settings.documentation }
}

resource "aws_api_gateway_documentation_part" "this" {
  for_each = local._documentation

  rest_api_id = aws_api_gateway_rest_api.this.id
  properties  = each.value.properties

  location {
    type   = each.value.type
    method = each.value.method
    path   = each.value.path
  }
}

# A version is a copy of the parts as they are when it is made, so other texts need another one.
resource "aws_api_gateway_documentation_version" "this" {
  count = var.settings.documentation ? 1 : 0

  rest_api_id = aws_api_gateway_rest_api.this.id
  version     = "${local._document.info.version}-${substr(sha1(jsonencode(local._documentation)), 0, 8)}"
  description = "Version ${local._document.info.version} of the OpenAPI document"

  lifecycle {
    # The stage names the version that it shows.
    create_before_destroy = true
  }

  depends_on = [aws_api_gateway_documentation_part.this]
}
