locals {
  _openapi = templatefile(var.openapi_template, {
    api_invoke_arn        = var.api_function.invoke_arn
    authorizer_invoke_arn = var.authorizer_function.invoke_arn
    authorizer_role_arn   = aws_iam_role.authorizer.arn
    region                = var.context.region
    account_id            = var.context.account_id
    prefix                = var.context.prefix
  })
}

resource "aws_api_gateway_rest_api" "this" {
  name              = var.context.prefix
  description       = "Runs, devices and commands"
  body              = local._openapi
  put_rest_api_mode = "overwrite"

  endpoint_configuration {
    types = ["REGIONAL"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_deployment" "this" {
  rest_api_id = aws_api_gateway_rest_api.this.id
  description = "The OpenAPI document as of this deployment"

  triggers = {
    openapi = sha1(local._openapi)
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "this" {
  #checkov:skip=CKV_AWS_73:the default is on, which the module's tests prove; checkov cannot follow the settings object (expires 2027-11-23)
  #checkov:skip=CKV_AWS_120:answers differ by caller and change by the second; nothing is to be cached (expires 2027-11-23)
  #checkov:skip=CKV2_AWS_51:the integrations are Lambda functions, which check no client certificate (expires 2027-11-23)
  #checkov:skip=CKV2_AWS_77:the web ACL is attached and carries the rule; checkov cannot follow its ARN through the root (expires 2027-11-23)
  rest_api_id          = aws_api_gateway_rest_api.this.id
  deployment_id        = aws_api_gateway_deployment.this.id
  stage_name           = var.context.environment
  description          = "The ${var.context.environment} environment"
  xray_tracing_enabled = var.settings.tracing

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
      response_bytes = "$context.responseLength"
      error          = "$context.error.responseType"
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

resource "aws_lambda_permission" "api" {
  statement_id   = "api-gateway"
  action         = "lambda:InvokeFunction"
  function_name  = var.api_function.function_name
  qualifier      = var.api_function.alias_name
  principal      = "apigateway.amazonaws.com"
  source_arn     = "${aws_api_gateway_rest_api.this.execution_arn}/*/*"
  source_account = var.context.account_id
}

resource "aws_wafv2_web_acl_association" "this" {
  count = var.settings.web_acl ? 1 : 0

  resource_arn = aws_api_gateway_stage.this.arn
  web_acl_arn  = var.web_acl_arn
}
