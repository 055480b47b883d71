# Who converses, sees, reads or understands takes one of these documents; the layer itself gives
# them to nobody.

data "aws_iam_policy_document" "converse" {
  # A profile routes to its foundation model in other regions, and Bedrock checks both: the profile
  # here and the model there.
  statement {
    sid       = "ConverseThroughProfiles"
    actions   = ["bedrock:InvokeModel"]
    resources = toset(values(local._asked_arns))
  }

  statement {
    sid       = "ConverseBehindProfiles"
    actions   = ["bedrock:InvokeModel"]
    resources = local._model_arns

    condition {
      test     = "StringEquals"
      variable = "bedrock:InferenceProfileArn"
      values   = toset(values(local._asked_arns))
    }
  }

  statement {
    sid       = "ApplyGuardrail"
    actions   = ["bedrock:ApplyGuardrail"]
    resources = [aws_bedrock_guardrail.this.guardrail_arn]
  }

  statement {
    sid       = "DecryptGuardrail"
    actions   = ["kms:Decrypt"]
    resources = [var.data_key_arn]
  }
}

data "aws_iam_policy_document" "model_lifecycle" {
  statement {
    sid       = "ReadLifecycle"
    actions   = ["bedrock:GetFoundationModel"]
    resources = local._model_arns
  }
}

data "aws_iam_policy_document" "vision" {
  statement {
    sid     = "SeePictures"
    actions = ["rekognition:DetectLabels", "rekognition:DetectText"]
    # Rekognition's detection in a picture has no resource form.
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = local._custom_labels
    content {
      sid       = "SeeElements"
      actions   = ["rekognition:DetectCustomLabels"]
      resources = ["arn:${var.context.partition}:rekognition:${var.context.region}:${var.context.account_id}:project/${statement.value}/version/*"]
    }
  }
}

data "aws_iam_policy_document" "document" {
  statement {
    sid     = "ReadDocuments"
    actions = ["textract:AnalyzeDocument", "textract:DetectDocumentText", "textract:GetDocumentAnalysis", "textract:GetDocumentTextDetection", "textract:StartDocumentAnalysis", "textract:StartDocumentTextDetection"]
    # Textract knows no resources but adapters, which the platform does not use.
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "language" {
  #checkov:skip=CKV_AWS_356:DetectEntities names a resource only where a trained recogniser is asked (expires 2027-11-23)
  statement {
    sid = "UnderstandText"
    actions = [
      "comprehend:DetectDominantLanguage",
      "comprehend:DetectEntities",
      "comprehend:DetectKeyPhrases",
      "comprehend:DetectPiiEntities",
      "comprehend:DetectSentiment",
    ]
    # Comprehend's built-in detection has no resource form.
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = local._classifier
    content {
      sid       = "ClassifyGoals"
      actions   = ["comprehend:ClassifyDocument"]
      resources = ["arn:${var.context.partition}:comprehend:${var.context.region}:${var.context.account_id}:document-classifier-endpoint/${var.context.prefix}-*"]
    }
  }
}
