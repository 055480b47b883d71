resource "aws_api_gateway_stage" "this" {
  #checkov:skip=CKV_AWS_73:the default is on, which the module's tests prove; checkov cannot follow the settings object (expires 2027-11-23)
  #checkov:skip=CKV_AWS_120:answers differ by caller and change by the second; nothing is to be cached (expires 2027-11-23)
  #checkov:skip=CKV2_AWS_51:the integrations are Lambda functions, which check no client certificate (expires 2027-11-23)
  #checkov:skip=CKV2_AWS_77:the web ACL is attached and carries the rule; checkov cannot follow its ARN through the root (expires 2027-11-23)
  rest_api_id           = aws_api_gateway_rest_api.this.id
  deployment_id         = aws_api_gateway_deployment.this.id
  stage_name            = var.context.environment
  description           = "The ${var.context.environment} environment"
  xray_tracing_enabled  = var.settings.tracing
  documentation_version = one(aws_api_gateway_documentation_version.this[*].version)

  # Paths carry the version that callers rely on (/v1); this is the version of the document.
  variables = {
    api_version = local._document.info.version
    environment = var.context.environment
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format = jsonencode({
      request_id     = "$context.requestId"
      trace_id       = "$context.xrayTraceId"
      time           = "$context.requestTimeEpoch"
      caller         = "$context.authorizer.principalId"
      source_ip      = "$context.identity.sourceIp"
      method         = "$context.httpMethod"
      resource       = "$context.resourcePath"
      status         = "$context.status"
      latency_ms     = "$context.responseLatency"
      integration_ms = "$context.integrationLatency"
      authorizer_ms  = "$context.authorizer.latency"
      response_bytes = "$context.responseLength"
      error          = "$context.error.responseType"
      waf            = "$context.wafResponseCode"
    })
  }
}

resource "aws_api_gateway_method_settings" "all" {
  #checkov:skip=CKV_AWS_225:answers differ by caller and change by the second; nothing is to be cached (expires 2027-11-23)
  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true
    logging_level          = "ERROR"
    data_trace_enabled     = false
    throttling_rate_limit  = var.settings.throttle_rate
    throttling_burst_limit = var.settings.throttle_burst
  }
}

# Settings of a method stand instead of the stage's, not beside them: logs and metrics are repeated.
resource "aws_api_gateway_method_settings" "operation" {
  #checkov:skip=CKV_AWS_225:answers differ by caller and change by the second; nothing is to be cached (expires 2027-11-23)
  for_each = var.settings.method_throttles

  rest_api_id = aws_api_gateway_rest_api.this.id
  stage_name  = aws_api_gateway_stage.this.stage_name
  # API Gateway keeps the settings under the path with its slashes escaped as in a JSON pointer.
  method_path = "${replace(local._operations[each.key].path, "/", "~1")}/${local._operations[each.key].method}"

  settings {
    metrics_enabled        = true
    logging_level          = "ERROR"
    data_trace_enabled     = false
    throttling_rate_limit  = each.value.rate
    throttling_burst_limit = each.value.burst
  }

  # Both change the same stage.
  depends_on = [aws_api_gateway_method_settings.all]
}

resource "aws_wafv2_web_acl_association" "this" {
  count = var.settings.web_acl ? 1 : 0

  resource_arn = aws_api_gateway_stage.this.arn
  web_acl_arn  = var.web_acl_arn
}
