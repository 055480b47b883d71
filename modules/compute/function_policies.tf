locals {
  _policies = merge(local._mcp_policies, local._governance_policies, {
    api        = { audit = data.aws_iam_policy_document.tell_audit.json, work = data.aws_iam_policy_document.api.json, workflows = data.aws_iam_policy_document.workflows.json }
    authorizer = { audit = data.aws_iam_policy_document.tell_audit.json, outbox = data.aws_iam_policy_document.keep_outbox["denials"].json, work = data.aws_iam_policy_document.authorizer.json }
    dispatch   = { work = data.aws_iam_policy_document.dispatch.json }
    planner    = { converse = var.ai.converse_policy_json, work = data.aws_iam_policy_document.planner.json }
    recorder   = { work = data.aws_iam_policy_document.recorder.json }
    migrate    = { work = data.aws_iam_policy_document.migrate.json }

    rotate-postgres = { work = data.aws_iam_policy_document.rotate_postgres.json }
    rotate-redis    = { work = data.aws_iam_policy_document.rotate_redis.json }
    ship-logs       = { for name, document in data.aws_iam_policy_document.ship_logs : name => document.json }
    work-jobs       = { audit = data.aws_iam_policy_document.tell_audit.json, outbox = data.aws_iam_policy_document.keep_outbox["acts"].json, work = data.aws_iam_policy_document.work_jobs.json }
    reap-devices    = { audit = data.aws_iam_policy_document.tell_audit.json, work = data.aws_iam_policy_document.reap_devices.json }
  })
  _run_objects = "${var.data.buckets.screenshots.arn}/runs/*"
}

data "aws_iam_policy_document" "api" {
  statement {
    sid     = "KeepRuns"
    actions = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    resources = flatten([
      for purpose in ["runs", "devices", "commands", "idempotency"] : [
        var.data.tables[purpose].arn,
        "${var.data.tables[purpose].arn}/index/*",
      ]
    ])
  }

  statement {
    sid       = "KeepSessions"
    actions   = ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    resources = [var.data.tables.sessions.arn, "${var.data.tables.sessions.arn}/index/*"]
  }

  statement {
    sid       = "ReadItemsOfJobs"
    actions   = ["dynamodb:BatchGetItem"]
    resources = [var.data.tables.runs.arn, var.data.tables.devices.arn]
  }

  statement {
    sid       = "KeepSnapshots"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = [local._run_objects]
  }

  statement {
    # An upload is a request that this role signs: what the role may not do, its holder may not do.
    sid       = "SignUploads"
    actions   = ["s3:PutObject"]
    resources = ["${var.data.buckets.screenshots.arn}/uploads/*"]
  }

  statement {
    # With it a missing picture reads as "not found" rather than as "not allowed"; and the health
    # check asks whether the buckets answer.
    sid       = "SeeMissingObjects"
    actions   = ["s3:ListBucket"]
    resources = [var.data.buckets.screenshots.arn, var.data.buckets.templates.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["runs/*", "templates/*"]
    }
  }

  statement {
    sid       = "QueueJobs"
    actions   = ["sqs:GetQueueAttributes", "sqs:SendMessage"]
    resources = [local._queue_arns.jobs]
  }

  statement {
    sid       = "AskSecrets"
    actions   = ["secretsmanager:DescribeSecret"]
    resources = [var.data.database_secret_arn, var.data.cache_secret_arn]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.screenshots, var.key_arns.data]
  }

  statement {
    sid       = "StartRuns"
    actions   = ["states:ListExecutions", "states:StartExecution"]
    resources = [local._state_machine_arn]
  }

  statement {
    sid     = "AnswerTasks"
    actions = ["states:SendTaskFailure", "states:SendTaskHeartbeat", "states:SendTaskSuccess"]
    # These operations name a task token; they have no resource form.
    resources = ["*"]
  }

  statement {
    sid = "KeepDeviceQueues"
    actions = [
      "sqs:CreateQueue",
      "sqs:DeleteQueue",
      "sqs:TagQueue",
    ]
    resources = [local._device_queue_arns]
  }

  statement {
    sid       = "IssueDeviceCredentials"
    actions   = ["sts:AssumeRole", "sts:TagSession"]
    resources = [local._device_role_arn]
  }
}

data "aws_iam_policy_document" "dispatch" {
  statement {
    sid       = "ReadRuns"
    actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
    resources = [var.data.tables.runs.arn]
  }

  statement {
    sid       = "ReadDevices"
    actions   = ["dynamodb:GetItem"]
    resources = [var.data.tables.devices.arn]
  }

  statement {
    sid       = "KeepCommands"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [var.data.tables.commands.arn]
  }

  statement {
    # The upload ticket is a request that this role signs: what the role may not do, the
    # ticket's holder may not do either.
    sid       = "SignUploads"
    actions   = ["s3:PutObject"]
    resources = [local._run_objects]
  }

  statement {
    sid       = "SendCommands"
    actions   = ["sqs:SendMessage"]
    resources = [local._device_queue_arns]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.screenshots, var.key_arns.data]
  }
}

data "aws_iam_policy_document" "planner" {
  statement {
    sid       = "PlanRuns"
    actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
    resources = [var.data.tables.runs.arn]
  }

  statement {
    sid       = "ReadSnapshots"
    actions   = ["s3:GetObject"]
    resources = [local._run_objects]
  }

  # The text of a screen, where an analysis is to understand it: executions are given its key.
  statement {
    sid       = "LayTexts"
    actions   = ["s3:PutObject"]
    resources = ["${local._run_objects}/text.txt"]
  }

  statement {
    sid       = "FindModels"
    actions   = ["ssm:GetParameter"]
    resources = [var.ai.models_parameter.arn]
  }

  statement {
    sid       = "FindCache"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.data.cache_secret_arn]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arns.screenshots, var.key_arns.data, var.key_arns.secrets]
  }

  statement {
    sid       = "EncryptTexts"
    actions   = ["kms:GenerateDataKey"]
    resources = [var.key_arns.screenshots]
  }
}

data "aws_iam_policy_document" "recorder" {
  statement {
    sid       = "FinishRuns"
    actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
    resources = [var.data.tables.runs.arn]
  }

  statement {
    sid       = "FindDatabase"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.data.database_secret_arn]
  }

  statement {
    sid       = "FindCache"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.data.cache_secret_arn]
  }

  statement {
    sid       = "Announce"
    actions   = ["events:PutEvents"]
    resources = [aws_cloudwatch_event_bus.this.arn]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arns.data, var.key_arns.secrets]
  }
}

data "aws_iam_policy_document" "migrate" {
  statement {
    sid       = "FindDatabase"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.data.database_admin_secret_arn]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arns.secrets]
  }
}
