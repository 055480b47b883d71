locals {
  # An inference profile routes to its foundation model in other regions, and Bedrock checks
  # both: the profile here and the model there.
  _profile_arns = toset([
    for model in values(var.models) :
    "arn:${var.context.partition}:bedrock:${var.context.region}:${var.context.account_id}:inference-profile/${model.inference_profile_id}"
  ])
  _model_arns = toset(flatten([
    for model in values(var.models) : [
      for region in model.regions :
      "arn:${var.context.partition}:bedrock:${region}::foundation-model/${trimprefix(model.inference_profile_id, "${split(".", model.inference_profile_id)[0]}.")}"
    ]
  ]))
}

data "aws_iam_policy_document" "converse" {
  statement {
    sid       = "ConverseThroughProfiles"
    actions   = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
    resources = local._profile_arns
  }

  statement {
    sid       = "ConverseBehindProfiles"
    actions   = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
    resources = local._model_arns

    condition {
      test     = "StringEquals"
      variable = "bedrock:InferenceProfileArn"
      values   = local._profile_arns
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
