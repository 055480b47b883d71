# An analysis takes seconds and is asked for often: express, and without a function between the
# state machine and the AI services.
resource "aws_cloudwatch_log_group" "analysis" {
  name              = "/aws/vendedlogs/states/${var.context.prefix}-analysis"
  kms_key_id        = var.key_arns.logs
  retention_in_days = var.settings.log_retention_days
  skip_destroy      = var.context.guarded
}

resource "aws_sfn_state_machine" "analysis" {
  #checkov:skip=CKV_AWS_285:execution data carries what was read off screens and is never logged; the events are (expires 2027-11-23)
  name     = "${var.context.prefix}-analysis"
  type     = "EXPRESS"
  role_arn = aws_iam_role.analysis.arn

  definition = templatefile("${path.module}/state_machines/analysis.asl.json", {
    partition        = var.context.partition
    bucket           = var.data.buckets.screenshots.name
    analysis_seconds = var.settings.analysis_seconds
  })

  logging_configuration {
    log_destination        = "${aws_cloudwatch_log_group.analysis.arn}:*"
    include_execution_data = false
    level                  = "ALL"
  }

  tracing_configuration {
    enabled = var.settings.tracing
  }

  depends_on = [aws_iam_role_policy.analysis]
}

data "aws_iam_policy_document" "analysis_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local._analysis_arn]
    }
  }
}

resource "aws_iam_role" "analysis" {
  name                 = "${var.context.prefix}-analysis"
  description          = "Analyses pictures of screens"
  assume_role_policy   = data.aws_iam_policy_document.analysis_assume.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "analysis" {
  source_policy_documents = [
    data.aws_iam_policy_document.machine_telemetry.json,
    var.ai.vision_policy_json,
    var.ai.document_policy_json,
    var.ai.language_policy_json,
  ]

  # Endpoints are set by name in the settings; which of them there are, the name's beginning bounds.
  statement {
    sid       = "Classify"
    actions   = ["comprehend:ClassifyDocument"]
    resources = ["arn:${var.context.partition}:comprehend:${var.context.region}:${var.context.account_id}:document-classifier-endpoint/${var.context.prefix}-*"]
  }

  # Rekognition and Textract read a picture with the rights of whoever asks them to.
  statement {
    sid       = "ReadPicturesAndTexts"
    actions   = ["s3:GetObject"]
    resources = [local._run_objects]
  }

  statement {
    sid       = "StoreResult"
    actions   = ["s3:PutObject"]
    resources = ["${local._run_objects}/analysis.json"]
  }

  statement {
    sid       = "UseKeyOfPictures"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.screenshots]
  }
}

resource "aws_iam_role_policy" "analysis" {
  name   = "analysis"
  role   = aws_iam_role.analysis.id
  policy = data.aws_iam_policy_document.analysis.json
}
