# Policies of the functions that keep the platform itself.

data "aws_iam_policy_document" "authorizer" {
  statement {
    sid       = "SeeRevokedDevices"
    actions   = ["dynamodb:GetItem"]
    resources = [var.data.tables.devices.arn]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arns.data]
  }
}

data "aws_iam_policy_document" "rotate_postgres" {
  statement {
    sid     = "RotateSecret"
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"]
    resources = [
      var.data.database_secret_arn,
    ]
  }

  statement {
    sid       = "ReadAdministrator"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.data.database_admin_secret_arn]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.secrets]
  }
}

data "aws_iam_policy_document" "rotate_redis" {
  statement {
    sid       = "RotateSecret"
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"]
    resources = [var.data.cache_secret_arn]
  }

  statement {
    sid       = "ChangePassword"
    actions   = ["elasticache:DescribeUsers", "elasticache:ModifyUser"]
    resources = [var.data.cache_user.arn]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.secrets]
  }
}

data "aws_iam_policy_document" "ship_logs" {
  for_each = var.search == null ? {} : { work = var.search }

  statement {
    sid       = "FindDomain"
    actions   = ["ssm:GetParameter"]
    resources = [each.value.endpoint_parameter.arn]
  }

  statement {
    sid       = "WriteBulk"
    actions   = ["es:ESHttpPost"]
    resources = ["${each.value.domain_arn}/_bulk"]
  }
}

data "aws_iam_policy_document" "work_jobs" {
  statement {
    sid       = "TakeJobs"
    actions   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    resources = [local._queue_arns.jobs]
  }

  statement {
    sid       = "StartRuns"
    actions   = ["states:StartExecution"]
    resources = [local._state_machine_arn]
  }

  statement {
    sid       = "KeepRuns"
    actions   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"]
    resources = [var.data.tables.runs.arn]
  }

  statement {
    sid       = "ReadDevicesAndTemplates"
    actions   = ["dynamodb:GetItem"]
    resources = [var.data.tables.devices.arn, var.data.tables.configuration.arn]
  }

  statement {
    sid       = "ReadTemplates"
    actions   = ["s3:GetObject"]
    resources = ["${var.data.buckets.templates.arn}/templates/*"]
  }

  statement {
    sid       = "NoteRefusals"
    actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
    resources = [var.data.tables.idempotency.arn]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.data]
  }
}

data "aws_iam_policy_document" "reap_devices" {
  source_policy_documents = [var.ai.model_lifecycle_policy_json]

  statement {
    sid       = "ReadFleet"
    actions   = ["dynamodb:Scan", "dynamodb:UpdateItem"]
    resources = [var.data.tables.devices.arn, var.data.tables.commands.arn]
  }

  statement {
    sid       = "SendLeftEvents"
    actions   = ["dynamodb:DeleteItem", "dynamodb:Query"]
    resources = [var.data.tables.configuration.arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["audit#*"]
    }
  }

  statement {
    sid     = "EndLostCommands"
    actions = ["states:SendTaskFailure"]
    # The operation names a task token; it has no resource form.
    resources = ["*"]
  }

  statement {
    sid       = "DeleteLeftQueues"
    actions   = ["sqs:DeleteQueue"]
    resources = [local._device_queue_arns]
  }

  statement {
    sid       = "MeasureSecrets"
    actions   = ["secretsmanager:ListSecretVersionIds"]
    resources = local._rotated_secret_arns
  }

  statement {
    sid       = "ReadModels"
    actions   = ["ssm:GetParameter"]
    resources = [var.ai.models_parameter.arn]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arns.data]
  }
}
