locals {
  _builds = var.settings.pipeline == null ? {} : {
    test = {
      description = "Checks and unit tests of the commit"
      environment = {}
    }
    build = {
      description = "Builds the functions' archives, reproducibly"
      environment = { QS_ENVIRONMENT = var.context.environment }
    }
    deploy = {
      description = "Publishes versions and lets CodeDeploy shift the aliases to them"
      environment = {
        QS_APPLICATION = local._application
        QS_MINUTES     = tostring(var.settings.pipeline.timeout_minutes - 10)
        QS_LAYER       = "${var.context.prefix}-shared"
        QS_PARAMETER   = "${var.context.parameter_path}/released-code"
        QS_FUNCTIONS   = jsonencode({ for name, function in var.functions : name => { function_name = function.function_name, alias_name = function.alias_name } })
      }
    }
  }

  _build_arns = { for name in keys(local._builds) : name => "arn:${var.context.partition}:codebuild:${local._place}:project/${var.context.prefix}-${name}" }
}

resource "aws_cloudwatch_log_group" "build" {
  for_each = local._builds

  name              = "/aws/codebuild/${var.context.prefix}-${each.key}"
  kms_key_id        = var.key_arns.logs
  retention_in_days = var.settings.log_retention_days
  skip_destroy      = var.context.guarded
}

resource "aws_codebuild_project" "this" {
  for_each = local._builds

  name           = "${var.context.prefix}-${each.key}"
  description    = each.value.description
  service_role   = aws_iam_role.build[each.key].arn
  encryption_key = var.key_arns.artifacts
  build_timeout  = var.settings.pipeline.timeout_minutes

  source {
    type      = "CODEPIPELINE"
    buildspec = file("${path.module}/buildspecs/${each.key}.yml")
  }

  artifacts {
    type = "CODEPIPELINE"
  }

  environment {
    type                        = "LINUX_CONTAINER"
    image                       = var.settings.pipeline.image
    compute_type                = var.settings.pipeline.compute_type
    image_pull_credentials_type = "CODEBUILD"
    privileged_mode             = false

    dynamic "environment_variable" {
      for_each = each.value.environment
      content {
        name  = environment_variable.key
        value = environment_variable.value
      }
    }
  }

  logs_config {
    cloudwatch_logs {
      status     = "ENABLED"
      group_name = aws_cloudwatch_log_group.build[each.key].name
    }
  }

  dynamic "vpc_config" {
    for_each = var.settings.pipeline.in_vpc ? { on = var.network } : {}
    content {
      vpc_id             = vpc_config.value.vpc_id
      subnets            = vpc_config.value.private_subnet_ids
      security_group_ids = [vpc_config.value.build_security_group_id]
    }
  }

  # CodeBuild tries the role when a project names a VPC.
  depends_on = [aws_iam_role_policy.build, aws_iam_role_policy.build_in_vpc]
}
