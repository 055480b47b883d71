locals {
  _name = "${var.context.prefix}-${var.name}"
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_272:archives are built reproducibly and checked by hash; signing profiles come with the release pipeline's issue (expires 2027-11-23)
  #checkov:skip=CKV_AWS_116:failed asynchronous invocations go to an on_failure destination, which also names the function (expires 2027-11-23)
  function_name                  = local._name
  description                    = var.description
  role                           = aws_iam_role.this.arn
  s3_bucket                      = var.package.bucket
  s3_key                         = var.package.key
  source_code_hash               = var.package.sha256
  handler                        = var.handler
  runtime                        = var.runtime
  architectures                  = [var.architecture]
  layers                         = var.layer_arns
  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency
  kms_key_arn                    = var.environment_key_arn
  publish                        = true

  environment {
    variables = var.environment
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  dynamic "vpc_config" {
    for_each = var.vpc == null ? {} : { vpc = var.vpc }
    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  # Lambda refuses a VPC until the role may use it, and without its policies the first
  # invocations would fail.
  depends_on = [aws_iam_role_policy.runtime, aws_iam_role_policy.work]
}

resource "aws_lambda_alias" "live" {
  count = var.deployment == "terraform" ? 1 : 0

  name             = local._alias_name
  description      = "The version that callers invoke"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version
}

# `ignore_changes` takes no condition, so an alias that CodeDeploy shifts is a resource of its own:
# Terraform publishes versions, and which one is live is decided by the deployment.
resource "aws_lambda_alias" "deployed" {
  count = var.deployment == "codedeploy" ? 1 : 0

  name             = local._alias_name
  description      = "The version that callers invoke; shifted by CodeDeploy"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version

  lifecycle {
    ignore_changes = [function_version, routing_config]
  }
}

locals {
  _alias_name = "live"
  _alias      = one(concat(aws_lambda_alias.live, aws_lambda_alias.deployed))
}

resource "aws_lambda_provisioned_concurrency_config" "live" {
  count = var.provisioned_concurrency > 0 ? 1 : 0

  function_name                     = aws_lambda_function.this.function_name
  qualifier                         = local._alias.name
  provisioned_concurrent_executions = var.provisioned_concurrency
}

# A destination, not a dead_letter_config: its letters name the function, so that they can be
# repeated.
resource "aws_lambda_function_event_invoke_config" "live" {
  count = var.dead_letter_queue == null ? 0 : 1

  function_name                = aws_lambda_function.this.function_name
  qualifier                    = local._alias.name
  maximum_event_age_in_seconds = 3600
  maximum_retry_attempts       = 2

  destination_config {
    on_failure {
      destination = var.dead_letter_queue.arn
    }
  }
}
