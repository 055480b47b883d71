locals {
  _mcp_policies = {
    mcp-vision = {
      ask    = data.aws_iam_policy_document.ask["vision"].json
      attend = data.aws_iam_policy_document.attend.json
      see    = var.ai.vision_policy_json
      work   = data.aws_iam_policy_document.mcp_vision.json
    }
    mcp-document = {
      ask    = data.aws_iam_policy_document.ask["document"].json
      attend = data.aws_iam_policy_document.attend.json
      read   = var.ai.document_policy_json
      work   = data.aws_iam_policy_document.mcp_document.json
    }
    mcp-language = {
      ask        = data.aws_iam_policy_document.ask["language"].json
      attend     = data.aws_iam_policy_document.attend.json
      understand = var.ai.language_policy_json
      work       = data.aws_iam_policy_document.mcp_language.json
    }
    mcp-planner = {
      ask      = data.aws_iam_policy_document.ask["planner"].json
      attend   = data.aws_iam_policy_document.attend.json
      converse = var.ai.converse_policy_json
      work     = data.aws_iam_policy_document.mcp_planner.json
    }
    mcp-workflow = {
      ask       = data.aws_iam_policy_document.ask["workflow"].json
      attend    = data.aws_iam_policy_document.attend.json
      work      = data.aws_iam_policy_document.mcp_workflow.json
      workflows = data.aws_iam_policy_document.workflows.json
    }
  }
}

# Calls that wait for an answer of their client: of the idempotency table a server's own items alone.
data "aws_iam_policy_document" "ask" {
  for_each = toset([for name in keys(local._mcp_functions) : trimprefix(name, "mcp-")])

  statement {
    sid       = "KeepCalls"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
    resources = [var.data.tables.idempotency.arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["mcp#${each.key}#*"]
    }
  }
}

data "aws_iam_policy_document" "mcp_vision" {
  statement {
    sid       = "FindScreens"
    actions   = ["dynamodb:GetItem"]
    resources = [var.data.tables.runs.arn, var.data.tables.devices.arn]
  }

  statement {
    sid       = "ReadPictures"
    actions   = ["s3:GetObject"]
    resources = [for prefix in ["runs", "devices", "uploads"] : "${var.data.buckets.screenshots.arn}/${prefix}/*"]
  }

  statement {
    sid       = "FindSnapshots"
    actions   = ["s3:ListBucket"]
    resources = [var.data.buckets.screenshots.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["runs/*"]
    }
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
}

data "aws_iam_policy_document" "mcp_document" {
  statement {
    sid       = "FindRuns"
    actions   = ["dynamodb:GetItem"]
    resources = [var.data.tables.runs.arn]
  }

  # The documents that Textract is pointed to are read with the caller's rights.
  statement {
    sid       = "ReadDocuments"
    actions   = ["s3:GetObject"]
    resources = [for prefix in ["runs", "uploads", "documents"] : "${var.data.buckets.screenshots.arn}/${prefix}/*"]
  }

  statement {
    sid       = "KeepTables"
    actions   = ["s3:PutObject"]
    resources = ["${var.data.buckets.screenshots.arn}/documents/*"]
  }

  statement {
    sid       = "UseScreenshotsKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.screenshots]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arns.data]
  }
}

data "aws_iam_policy_document" "mcp_language" {
  # Endpoints are set by name in the settings; which of them there are, the name's beginning bounds.
  statement {
    sid       = "Classify"
    actions   = ["comprehend:ClassifyDocument"]
    resources = ["arn:${var.context.partition}:comprehend:${var.context.region}:${var.context.account_id}:document-classifier-endpoint/${var.context.prefix}-*"]
  }
}

data "aws_iam_policy_document" "mcp_planner" {
  statement {
    sid       = "FindRuns"
    actions   = ["dynamodb:GetItem"]
    resources = [var.data.tables.runs.arn]
  }

  statement {
    sid       = "ReadSnapshots"
    actions   = ["s3:GetObject"]
    resources = [local._run_objects]
  }

  statement {
    sid       = "FindSnapshots"
    actions   = ["s3:ListBucket"]
    resources = [var.data.buckets.screenshots.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["runs/*"]
    }
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
}

# Templates and schedules come with the policy that this server shares with the API.
data "aws_iam_policy_document" "mcp_workflow" {
  statement {
    sid       = "KeepRuns"
    actions   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    resources = [var.data.tables.runs.arn, "${var.data.tables.runs.arn}/index/*"]
  }

  statement {
    sid       = "ReadDevices"
    actions   = ["dynamodb:GetItem", "dynamodb:Query"]
    resources = [var.data.tables.devices.arn, "${var.data.tables.devices.arn}/index/*"]
  }

  statement {
    sid       = "CancelCommands"
    actions   = ["dynamodb:GetItem", "dynamodb:UpdateItem"]
    resources = [var.data.tables.commands.arn]
  }

  statement {
    sid       = "StartRuns"
    actions   = ["states:StartExecution"]
    resources = [local._state_machine_arn]
  }

  statement {
    sid     = "EndTasks"
    actions = ["states:SendTaskFailure"]
    # The operation names a task token; it has no resource form.
    resources = ["*"]
  }
}
