locals {
  _classifier = var.settings.classifier == null ? {} : {
    on = {
      bucket_arn = "arn:${var.context.partition}:s3:::${split("/", trimprefix(var.settings.classifier.training_s3_uri, "s3://"))[0]}"
      key        = join("/", slice(split("/", var.settings.classifier.training_s3_uri), 3, length(split("/", var.settings.classifier.training_s3_uri))))
      key_arn    = coalesce(var.settings.classifier.key_arn, var.data_key_arn)
      uri        = var.settings.classifier.training_s3_uri
      language   = var.settings.classifier.language
      mode       = var.settings.classifier.mode
    }
  }
}

resource "aws_comprehend_document_classifier" "goals" {
  for_each = local._classifier

  name                 = "${var.context.prefix}-goals"
  language_code        = each.value.language
  mode                 = each.value.mode
  data_access_role_arn = aws_iam_role.classifier["on"].arn
  model_kms_key_id     = var.data_key_arn
  volume_kms_key_id    = var.data_key_arn

  input_data_config {
    data_format = "COMPREHEND_CSV"
    s3_uri      = each.value.uri
  }

  depends_on = [aws_iam_role_policy.classifier]
}

data "aws_iam_policy_document" "classifier_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["comprehend.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }
  }
}

resource "aws_iam_role" "classifier" {
  for_each = local._classifier

  name                 = "${var.context.prefix}-classifier"
  description          = "Comprehend reads training data for the classifier of goals"
  assume_role_policy   = data.aws_iam_policy_document.classifier_assume.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "classifier" {
  for_each = local._classifier

  statement {
    sid       = "ReadTrainingData"
    actions   = ["s3:GetObject"]
    resources = ["${each.value.bucket_arn}/${each.value.key}*"]
  }

  statement {
    sid       = "FindTrainingData"
    actions   = ["s3:ListBucket"]
    resources = [each.value.bucket_arn]

    condition {
      test     = "StringLike"
      variable = "s3:prefix"
      values   = ["${each.value.key}*"]
    }
  }

  statement {
    sid       = "UseKeys"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    resources = toset([each.value.key_arn, var.data_key_arn])
  }

  statement {
    sid       = "EncryptModelAndVolumes"
    actions   = ["kms:CreateGrant"]
    resources = [var.data_key_arn]

    condition {
      test     = "Bool"
      variable = "kms:GrantIsForAWSResource"
      values   = ["true"]
    }
  }
}

resource "aws_iam_role_policy" "classifier" {
  for_each = local._classifier

  name   = "train"
  role   = aws_iam_role.classifier[each.key].id
  policy = data.aws_iam_policy_document.classifier[each.key].json
}
