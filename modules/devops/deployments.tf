locals {
  _deployments = var.settings.deployments == null ? {} : { functions = var.settings.deployments }
  _deployed    = var.settings.deployments == null ? {} : var.functions
  _application = "${var.context.prefix}-functions"

  # What says that the platform breaks, and what says that this one function does.
  _watched = { for name in keys(local._deployed) : name => concat(var.deployment_alarm_names, compact([lookup(var.function_alarm_names, name, null)])) }

  # A configuration cannot be changed, so its name says what it holds.
  _deployment_config = (
    try(var.settings.deployments.traffic, "all_at_once") == "all_at_once"
    ? "CodeDeployDefault.LambdaAllAtOnce"
    : "${var.context.prefix}-${var.settings.deployments.traffic}-${var.settings.deployments.percent}-${var.settings.deployments.minutes}"
  )
}

resource "aws_codedeploy_app" "functions" {
  for_each = local._deployments

  name             = local._application
  compute_platform = "Lambda"
}

resource "aws_codedeploy_deployment_config" "functions" {
  for_each = { for name, deployment in local._deployments : name => deployment if deployment.traffic != "all_at_once" }

  deployment_config_name = local._deployment_config
  compute_platform       = "Lambda"

  traffic_routing_config {
    type = each.value.traffic == "canary" ? "TimeBasedCanary" : "TimeBasedLinear"

    dynamic "time_based_canary" {
      for_each = each.value.traffic == "canary" ? { on = each.value } : {}
      content {
        interval   = time_based_canary.value.minutes
        percentage = time_based_canary.value.percent
      }
    }

    dynamic "time_based_linear" {
      for_each = each.value.traffic == "linear" ? { on = each.value } : {}
      content {
        interval   = time_based_linear.value.minutes
        percentage = time_based_linear.value.percent
      }
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_codedeploy_deployment_group" "function" {
  for_each = local._deployed

  app_name               = aws_codedeploy_app.functions["functions"].name
  deployment_group_name  = each.value.function_name
  deployment_config_name = local._deployment_config
  service_role_arn       = aws_iam_role.codedeploy["functions"].arn

  deployment_style {
    deployment_option = "WITH_TRAFFIC_CONTROL"
    deployment_type   = "BLUE_GREEN"
  }

  auto_rollback_configuration {
    enabled = true
    events  = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
  }

  alarm_configuration {
    enabled = length(local._watched[each.key]) > 0
    alarms  = local._watched[each.key]
  }

  depends_on = [aws_codedeploy_deployment_config.functions, aws_iam_role_policy.codedeploy]
}

resource "aws_iam_role" "codedeploy" {
  for_each = local._deployments

  name                 = "${var.context.prefix}-codedeploy"
  description          = "Shifts the functions' aliases from version to version"
  assume_role_policy   = data.aws_iam_policy_document.trust["codedeploy"].json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "codedeploy" {
  # Checked against the function by some of the calls, against the alias by the others.
  statement {
    sid       = "ShiftAliases"
    actions   = ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"]
    resources = flatten([for name in sort(keys(var.functions)) : [var.functions[name].function_arn, "${var.functions[name].function_arn}:${var.functions[name].alias_name}"]])
  }

  statement {
    sid       = "WatchAlarms"
    actions   = ["cloudwatch:DescribeAlarms"]
    resources = ["arn:${var.context.partition}:cloudwatch:${local._place}:alarm:*"]
  }
}

resource "aws_iam_role_policy" "codedeploy" {
  for_each = local._deployments

  name   = "shift"
  role   = aws_iam_role.codedeploy[each.key].id
  policy = data.aws_iam_policy_document.codedeploy.json
}
