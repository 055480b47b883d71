resource "aws_cloudwatch_log_group" "state_machine" {
  name              = "/aws/vendedlogs/states/${var.context.prefix}-run"
  kms_key_id        = var.key_arns.logs
  retention_in_days = var.settings.log_retention_days
  skip_destroy      = var.context.guarded
}

resource "aws_sfn_state_machine" "run" {
  #checkov:skip=CKV_AWS_285:execution data carries what was read off screens and is never logged; the events are (expires 2027-11-23)
  name     = "${var.context.prefix}-run"
  type     = "STANDARD"
  role_arn = aws_iam_role.state_machine.arn

  definition = templatefile("${path.module}/state_machines/run.asl.json", {
    partition         = var.context.partition
    dispatch_arn      = module.function["dispatch"].alias_arn
    planner_arn       = module.function["planner"].alias_arn
    recorder_arn      = module.function["recorder"].alias_arn
    analysis_arn      = local._analysis_arn
    max_attempts      = var.settings.max_attempts
    heartbeat_seconds = var.settings.heartbeat_seconds
    observe_seconds   = var.settings.observe_seconds
    plan_seconds      = var.settings.plan_seconds
    analysis_seconds  = var.settings.analysis_seconds
    act_seconds       = var.settings.act_seconds
    confirm_seconds   = var.settings.confirm_seconds
    finish_seconds    = var.settings.finish_seconds
  })

  # Execution data would carry what was read off screens.
  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.state_machine.arn}:*"
    include_execution_data = false
    level                  = "ALL"
  }

  tracing_configuration {
    enabled = var.settings.tracing
  }

  depends_on = [aws_iam_role_policy.state_machine]
}

data "aws_iam_policy_document" "state_machine_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local._state_machine_arn]
    }
  }
}

resource "aws_iam_role" "state_machine" {
  name                 = "${var.context.prefix}-run"
  description          = "Runs the state machine"
  assume_role_policy   = data.aws_iam_policy_document.state_machine_assume.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "state_machine" {
  source_policy_documents = [data.aws_iam_policy_document.machine_telemetry.json]

  statement {
    sid       = "InvokeTasks"
    actions   = ["lambda:InvokeFunction"]
    resources = [for name in ["dispatch", "planner", "recorder"] : module.function[name].alias_arn]
  }

  statement {
    sid       = "AnalysePictures"
    actions   = ["states:StartSyncExecution"]
    resources = [local._analysis_arn]
  }
}

resource "aws_iam_role_policy" "state_machine" {
  name   = "run"
  role   = aws_iam_role.state_machine.id
  policy = data.aws_iam_policy_document.state_machine.json
}
