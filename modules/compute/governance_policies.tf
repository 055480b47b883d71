locals {
  _governance_policies = {
    write-audit        = { work = data.aws_iam_policy_document.write_audit.json }
    user-data          = { audit = data.aws_iam_policy_document.tell_audit.json, work = data.aws_iam_policy_document.user_data.json }
    retention          = { work = data.aws_iam_policy_document.retention.json }
    rotate-partner-key = { work = data.aws_iam_policy_document.rotate_partner_key.json }
  }

  # Buckets with objects of users, and those with copies of them.
  _user_purposes = ["screenshots", "settings", "templates"]
  _user_buckets  = [for purpose in local._user_purposes : var.data.buckets[purpose].arn]
  _user_copies   = var.data.copies == null ? {} : { on = [for purpose in local._user_purposes : var.data.copies.buckets[purpose].arn] }
  _user_folders  = ["devices", "documents", "exports", "runs", "settings", "templates", "uploads"]
  _gateway_arn   = "arn:${var.context.partition}:apigateway:${var.context.region}::"
}

data "aws_iam_policy_document" "write_audit" {
  statement {
    sid       = "TakeEvents"
    actions   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"]
    resources = [local._audit_queue_arns.audit]
  }

  statement {
    sid       = "FindDatabase"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.data.database_secret_arn]
  }

  statement {
    sid       = "KeepCopies"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${var.data.buckets.audit.arn}/entries/*"]
  }

  statement {
    # With it a missing copy reads as "not found" rather than as "not allowed".
    sid       = "SeeMissingCopies"
    actions   = ["s3:ListBucket"]
    resources = [var.data.buckets.audit.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["entries/*"]
    }
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.data, var.key_arns.secrets]
  }
}

data "aws_iam_policy_document" "user_data" {
  statement {
    sid     = "FindItems"
    actions = ["dynamodb:Query"]
    resources = concat(
      [for purpose in ["runs", "devices"] : "${var.data.tables[purpose].arn}/index/by_owner"],
      [var.data.tables.configuration.arn],
    )
  }

  statement {
    sid       = "LookThroughItems"
    actions   = ["dynamodb:Scan"]
    resources = [for purpose in ["commands", "configuration", "idempotency", "sessions"] : var.data.tables[purpose].arn]
  }

  statement {
    sid       = "DeleteItems"
    actions   = ["dynamodb:DeleteItem"]
    resources = [for purpose in ["commands", "configuration", "devices", "idempotency", "runs", "sessions"] : var.data.tables[purpose].arn]
  }

  statement {
    sid       = "RevokeDevices"
    actions   = ["dynamodb:UpdateItem"]
    resources = [var.data.tables.devices.arn]
  }

  statement {
    sid       = "DeleteDeviceQueues"
    actions   = ["sqs:DeleteQueue"]
    resources = [local._device_queue_arns]
  }

  statement {
    sid       = "DeleteSchedules"
    actions   = ["scheduler:DeleteSchedule"]
    resources = ["arn:${var.context.partition}:scheduler:${var.context.region}:${var.context.account_id}:schedule/${var.context.prefix}/sch-*"]
  }

  statement {
    sid       = "ListObjects"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = local._user_buckets

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = [for folder in local._user_folders : "${folder}/*"]
    }
  }

  statement {
    sid       = "EraseObjects"
    actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject"]
    resources = flatten([for bucket in local._user_buckets : [for folder in local._user_folders : "${bucket}/${folder}/*"]])
  }

  # Versions are listed and deleted without a look at what they hold: no key of the recovery region is needed.
  # DeleteObjects asks for DeleteObject in any case, also where it deletes versions only.
  dynamic "statement" {
    for_each = local._user_copies
    content {
      sid       = "ListCopies"
      actions   = ["s3:ListBucketVersions"]
      resources = statement.value

      condition {
        test     = "StringLike"
        variable = "s3:prefix"
        values   = [for folder in local._user_folders : "${folder}/*"]
      }
    }
  }

  dynamic "statement" {
    for_each = local._user_copies
    content {
      sid       = "EraseCopies"
      actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
      resources = flatten([for bucket in statement.value : [for folder in local._user_folders : "${bucket}/${folder}/*"]])
    }
  }

  statement {
    sid       = "WriteExports"
    actions   = ["s3:PutObject"]
    resources = ["${var.data.buckets.screenshots.arn}/exports/*"]
  }

  statement {
    sid       = "WriteCertificates"
    actions   = ["s3:PutObject"]
    resources = ["${var.data.buckets.audit.arn}/erasures/*"]
  }

  statement {
    sid       = "FindStores"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.data.database_secret_arn, var.data.cache_secret_arn]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.data, var.key_arns.screenshots, var.key_arns.secrets]
  }
}

data "aws_iam_policy_document" "retention" {
  statement {
    sid       = "ExpireRuns"
    actions   = ["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:Scan"]
    resources = [var.data.tables.runs.arn]
  }

  statement {
    sid       = "ListObjects"
    actions   = ["s3:ListBucket", "s3:ListBucketVersions"]
    resources = [var.data.buckets.screenshots.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["runs/*"]
    }
  }

  statement {
    sid       = "DeleteOrphans"
    actions   = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
    resources = [local._run_objects]
  }

  statement {
    sid       = "ListTemplates"
    actions   = ["s3:ListBucket"]
    resources = [var.data.buckets.templates.arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["templates/*"]
    }
  }

  statement {
    sid       = "DeleteUnlisted"
    actions   = ["s3:DeleteObject"]
    resources = ["${var.data.buckets.templates.arn}/templates/*"]
  }

  statement {
    sid       = "ReadTemplates"
    actions   = ["dynamodb:GetItem"]
    resources = [var.data.tables.configuration.arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["template#*"]
    }
  }

  statement {
    sid       = "FindDatabase"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [var.data.database_secret_arn]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arns.data, var.key_arns.secrets]
  }
}

data "aws_iam_policy_document" "rotate_partner_key" {
  statement {
    sid       = "RotateSecret"
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"]
    resources = ["arn:${var.context.partition}:secretsmanager:${var.context.region}:${var.context.account_id}:secret:${var.context.prefix}/partner-*"]
  }

  # Ids of keys and plans are known only after the API, which is known only after its functions.
  statement {
    sid       = "FindKeys"
    actions   = ["apigateway:GET"]
    resources = [for path in ["apikeys", "apikeys/*", "usageplans", "usageplans/*/keys/*", "usageplans/*/usage"] : "${local._gateway_arn}/${path}"]
  }

  statement {
    sid       = "MakeKeys"
    actions   = ["apigateway:POST"]
    resources = [for path in ["apikeys", "usageplans/*/keys"] : "${local._gateway_arn}/${path}"]
  }

  statement {
    sid       = "EndKeys"
    actions   = ["apigateway:DELETE"]
    resources = ["${local._gateway_arn}/apikeys/*"]
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.secrets]
  }
}
