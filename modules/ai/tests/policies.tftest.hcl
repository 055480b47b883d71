# The real provider, without an account: it renders the policies, so that they can be read as JSON. A
# document that names a resource of the same plan is rendered at the apply; its statements are read.
provider "aws" {
  region                      = "ap-northeast-2"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

variables {
  context = {
    environment    = "dev"
    prefix         = "qscreen-dev"
    parameter_path = "/qscreen/dev"
    account_id     = "123456789012"
    region         = "ap-northeast-2"
    partition      = "aws"
    guarded        = false
  }
  data_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
  logs_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
}

override_resource {
  target          = aws_bedrock_guardrail.this
  override_during = plan
  values          = { guardrail_arn = "arn:aws:bedrock:ap-northeast-2:123456789012:guardrail/abc" }
}

override_resource {
  target          = aws_iam_role.classifier["on"]
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:role/qscreen-dev-classifier", id = "qscreen-dev-classifier" }
}

override_resource {
  target          = aws_iam_role.invocations["on"]
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:role/qscreen-dev-model-invocations", id = "qscreen-dev-model-invocations" }
}

run "json" {
  command = plan

  variables {
    models = {
      planner = { inference_profile_id = "eu.vendor.model-1", regions = ["eu-west-1"], fallbacks = ["global.vendor.model-2"] }
      vision  = { inference_profile_id = "eu.vendor.model-1", regions = ["eu-west-1"] }
      fast    = { inference_profile_id = "eu.vendor.model-1", regions = ["eu-west-1"] }
    }
    settings = {
      invocation_logging = {}
      custom_labels      = true
      classifier         = { training_s3_uri = "s3://training/goals/2026/" }
    }
  }

  assert {
    condition = { for s in data.aws_iam_policy_document.converse.statement : s.sid => s.resources } == {
      ConverseThroughProfiles = toset([
        "arn:aws:bedrock:ap-northeast-2:123456789012:inference-profile/eu.vendor.model-1",
        "arn:aws:bedrock:ap-northeast-2:123456789012:inference-profile/global.vendor.model-2",
      ])
      ConverseBehindProfiles = toset([
        "arn:aws:bedrock:eu-west-1::foundation-model/vendor.model-1",
        "arn:aws:bedrock:eu-west-1::foundation-model/vendor.model-2",
        "arn:aws:bedrock:::foundation-model/vendor.model-2",
      ])
      ApplyGuardrail   = toset(["arn:aws:bedrock:ap-northeast-2:123456789012:guardrail/abc"])
      DecryptGuardrail = toset([var.data_key_arn])
    }
    error_message = "profiles are named in this account, what stands in for them included, and models without the geography"
  }

  assert {
    condition     = one(one([for s in data.aws_iam_policy_document.converse.statement : s.condition if s.sid == "ConverseBehindProfiles"])).variable == "bedrock:InferenceProfileArn" && toset(one(one([for s in data.aws_iam_policy_document.converse.statement : s.condition if s.sid == "ConverseBehindProfiles"])).values) == one([for s in data.aws_iam_policy_document.converse.statement : s.resources if s.sid == "ConverseThroughProfiles"])
    error_message = "models are reached through the profiles only"
  }

  assert {
    condition     = toset(flatten([for s in data.aws_iam_policy_document.converse.statement : s.actions])) == toset(["bedrock:InvokeModel", "bedrock:ApplyGuardrail", "kms:Decrypt"])
    error_message = "who converses may do nothing else"
  }

  assert {
    condition     = toset(flatten([for s in jsondecode(output.vision_policy_json).Statement : s.Action])) == toset(["rekognition:DetectText", "rekognition:DetectLabels", "rekognition:DetectCustomLabels"]) && one([for s in jsondecode(output.vision_policy_json).Statement : s.Resource if s.Sid == "SeeElements"]) == "arn:aws:rekognition:ap-northeast-2:123456789012:project/qscreen-dev-ui-elements/version/*"
    error_message = "custom labels are detected by versions of the platform's project only"
  }

  assert {
    condition     = toset(flatten([for s in jsondecode(output.document_policy_json).Statement : s.Action])) == toset(["textract:AnalyzeDocument", "textract:DetectDocumentText", "textract:GetDocumentAnalysis", "textract:GetDocumentTextDetection", "textract:StartDocumentAnalysis", "textract:StartDocumentTextDetection"])
    error_message = "documents are read, and no adapter is trained"
  }

  assert {
    condition = toset(one([for s in jsondecode(output.language_policy_json).Statement : s if s.Sid == "UnderstandText"]).Action) == toset([
      "comprehend:DetectDominantLanguage", "comprehend:DetectEntities", "comprehend:DetectKeyPhrases", "comprehend:DetectPiiEntities", "comprehend:DetectSentiment",
    ]) && one([for s in jsondecode(output.language_policy_json).Statement : s.Resource if s.Sid == "ClassifyGoals"]) == "arn:aws:comprehend:ap-northeast-2:123456789012:document-classifier-endpoint/qscreen-dev-*"
    error_message = "text is understood, and classified at the platform's endpoints only"
  }

  assert {
    condition     = toset(flatten([for s in jsondecode(output.model_lifecycle_policy_json).Statement : s.Action])) == toset(["bedrock:GetFoundationModel"])
    error_message = "the life of the models can be read"
  }

  assert {
    condition = { for s in jsondecode(aws_iam_role_policy.classifier["on"].policy).Statement : s.Sid => s.Resource } == {
      ReadTrainingData       = "arn:aws:s3:::training/goals/2026/*"
      FindTrainingData       = "arn:aws:s3:::training"
      UseKeys                = var.data_key_arn
      EncryptModelAndVolumes = var.data_key_arn
    } && one([for s in jsondecode(aws_iam_role_policy.classifier["on"].policy).Statement : s.Condition if s.Sid == "FindTrainingData"]).StringLike["s3:prefix"] == "goals/2026/*"
    error_message = "Comprehend reads the training data and nothing beside it"
  }

  assert {
    condition     = one(jsondecode(aws_iam_role_policy.invocations["on"].policy).Statement).Resource == "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/bedrock/qscreen-dev/invocations:log-stream:aws/bedrock/modelinvocations" && one(jsondecode(aws_iam_role.invocations["on"].assume_role_policy).Statement).Condition.StringEquals["aws:SourceAccount"] == "123456789012"
    error_message = "Bedrock writes to its own stream, on behalf of this account only"
  }
}
