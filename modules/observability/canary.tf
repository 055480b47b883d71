locals {
  _canary      = var.settings.canary == null || var.canary_archive == null ? {} : { on = var.settings.canary }
  _canary_name = "${var.context.prefix}-api"
  _canary_path = "canary/${local._canary_name}"
  _artifacts   = "arn:${var.context.partition}:s3:::${var.artifacts_bucket.name}"

  _canary_alarms = {
    for key, canary in local._canary : "canary" => {
      description = "The API does not answer from outside. Look at the canary ${local._canary_name} for the step that failed."
      namespace   = "CloudWatchSynthetics"
      metric      = "SuccessPercent"
      dimensions  = { CanaryName = local._canary_name }
      statistic   = "Average"
      period      = canary.period_seconds
      evaluations = 3
      datapoints  = 2
      comparison  = "LessThanThreshold"
      threshold   = 90
      # A check that does not report is no better than one that fails.
      missing = "breaching"
      page    = true
      gate    = true
    }
  }
}

resource "aws_s3_object" "canary" {
  for_each = local._canary

  bucket      = var.artifacts_bucket.name
  key         = "${local._canary_path}/code.zip"
  source      = var.canary_archive.path
  source_hash = var.canary_archive.sha256
  kms_key_id  = var.artifacts_bucket.key_arn
}

resource "aws_synthetics_canary" "api" {
  for_each = local._canary

  name                     = local._canary_name
  artifact_s3_location     = "s3://${var.artifacts_bucket.name}/${local._canary_path}/results/"
  execution_role_arn       = aws_iam_role.canary[each.key].arn
  handler                  = "api_canary.handler"
  runtime_version          = each.value.runtime
  s3_bucket                = var.artifacts_bucket.name
  s3_key                   = aws_s3_object.canary[each.key].key
  s3_version               = aws_s3_object.canary[each.key].version_id
  start_canary             = true
  delete_lambda            = true
  success_retention_period = each.value.retention_days
  failure_retention_period = each.value.retention_days

  schedule {
    expression = each.value.schedule
  }

  run_config {
    timeout_in_seconds    = each.value.timeout_seconds
    memory_in_mb          = 960
    environment_variables = { QS_API_URL = var.api.url }
  }

  artifact_config {
    s3_encryption {
      encryption_mode = "SSE_KMS"
      kms_key_arn     = var.artifacts_bucket.key_arn
    }
  }

  depends_on = [aws_iam_role_policy.canary]
}

data "aws_iam_policy_document" "canary_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "canary" {
  for_each = local._canary

  name                 = "${var.context.prefix}-canary"
  description          = "Checks the API from outside"
  assume_role_policy   = data.aws_iam_policy_document.canary_assume.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "canary" {
  statement {
    sid       = "KeepResults"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${local._artifacts}/${local._canary_path}/*"]
  }

  statement {
    sid       = "FindBucket"
    actions   = ["s3:GetBucketLocation"]
    resources = [local._artifacts]
  }

  statement {
    sid     = "ListBuckets"
    actions = ["s3:ListAllMyBuckets"]
    # The list of buckets has no resource form; the runtime asks for it before it stores results.
    resources = ["*"]
  }

  statement {
    sid       = "EncryptResults"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.artifacts_bucket.key_arn]
  }

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local._logs_arn}:/aws/lambda/cwsyn-${local._canary_name}-*"]
  }

  statement {
    sid     = "ReportResults"
    actions = ["cloudwatch:PutMetricData"]
    # PutMetricData has no resource form; the condition holds it to the checks' namespace.
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "cloudwatch:namespace"
      values   = ["CloudWatchSynthetics"]
    }
  }
}

resource "aws_iam_role_policy" "canary" {
  for_each = local._canary

  name   = "check"
  role   = aws_iam_role.canary[each.key].id
  policy = data.aws_iam_policy_document.canary.json
}
