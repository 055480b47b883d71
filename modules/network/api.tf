locals {
  _template = file(var.openapi_template)
  # The template is JSON itself; read from it, paths and methods are known before anything exists.
  _document = jsondecode(local._template)
  _operations = merge([
    for path, item in local._document.paths : {
      for method, operation in item : "${upper(method)} ${path}" => {
        method      = upper(method)
        path        = path
        summary     = operation.summary
        description = operation.description
      }
    }
  ]...)

  _routed_functions = toset(flatten(regexall("\\$\\{invoke_arns\\.([a-z0-9-]+)\\}", local._template)))

  _openapi = templatestring(local._asking_template, {
    invoke_arns           = { for name in local._routed_functions : name => var.functions[name].invoke_arn }
    authorizer_invoke_arn = var.authorizer_function.invoke_arn
    authorizer_role_arn   = aws_iam_role.authorizer.arn
    region                = var.context.region
    account_id            = var.context.account_id
    prefix                = var.context.prefix
  })

  _default_endpoint = coalesce(var.settings.default_endpoint, var.settings.custom_domain == null)
}

resource "aws_api_gateway_rest_api" "this" {
  name                         = var.context.prefix
  description                  = "Runs, devices and commands"
  body                         = local._openapi
  put_rest_api_mode            = "overwrite"
  disable_execute_api_endpoint = !local._default_endpoint
  policy                       = one(data.aws_iam_policy_document.callers[*].json)

  # The texts of the document are parts of their own (documentation.tf); an import that made them
  # as well would be in their way.
  parameters = { ignore = "documentation" }

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  description = "Version ${local._document.info.version} of the OpenAPI document"

  triggers = {
    openapi = sha1(local._openapi)
    policy  = join(",", sort(var.settings.allowed_ranges))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_permission" "route" {
  for_each = local._routed_functions

  statement_id   = "api-gateway"
  action         = "lambda:InvokeFunction"
  function_name  = var.functions[each.value].function_name
  qualifier      = var.functions[each.value].alias_name
  principal      = "apigateway.amazonaws.com"
  source_arn     = "${aws_api_gateway_rest_api.this.execution_arn}/${var.context.environment}/*/*"
  source_account = var.context.account_id
}

# Who may knock at all, by address; the authorizer decides on everything else. The policy is an
# argument of the API, not a resource beside it: an import of the document would take that away.
data "aws_iam_policy_document" "callers" {
  count = length(var.settings.allowed_ranges) > 0 ? 1 : 0

  statement {
    sid       = "KnownAddresses"
    actions   = ["execute-api:Invoke"]
    resources = [local._any_api]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "IpAddress"
      variable = "aws:SourceIp"
      values   = var.settings.allowed_ranges
    }
  }

  statement {
    sid       = "NobodyElse"
    effect    = "Deny"
    actions   = ["execute-api:Invoke"]
    resources = [local._any_api]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "NotIpAddress"
      variable = "aws:SourceIp"
      values   = var.settings.allowed_ranges
    }
  }
}

locals {
  # The policy is part of the API and cannot name its id; it is in force for this API only.
  _any_api = "arn:${var.context.partition}:execute-api:${local._place}:*"
}
