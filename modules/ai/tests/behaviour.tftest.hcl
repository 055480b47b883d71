mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
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
  data_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
}

run "defaults" {
  command = plan

  assert {
    condition     = toset(keys(jsondecode(aws_ssm_parameter.models.value))) == toset(["planner", "vision", "fast"]) && aws_ssm_parameter.models.name == "/qscreen/dev/models"
    error_message = "the three roles are published"
  }

  assert {
    condition     = aws_bedrock_guardrail.this.kms_key_arn == var.data_key_arn
    error_message = "the guardrail is encrypted"
  }

  assert {
    condition     = alltrue([for filter in one(aws_bedrock_guardrail.this.content_policy_config).filters_config : filter.output_strength == (filter.type == "PROMPT_ATTACK" ? "NONE" : "MEDIUM")])
    error_message = "prompt attacks are filtered on the way in only"
  }
}

run "policy_names_profile_and_model" {
  command = plan

  variables {
    models = {
      planner = { inference_profile_id = "eu.vendor.model-1", regions = ["eu-west-1"] }
      vision  = { inference_profile_id = "eu.vendor.model-1", regions = ["eu-west-1"] }
      fast    = { inference_profile_id = "eu.vendor.model-1", regions = ["eu-west-1"] }
    }
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.converse.statement : statement.resources if statement.sid == "ConverseBehindProfiles"]) == toset(["arn:aws:bedrock:eu-west-1::foundation-model/vendor.model-1"])
    error_message = "the model behind the profile is named without the geography"
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.converse.statement : statement.resources if statement.sid == "ConverseThroughProfiles"]) == toset(["arn:aws:bedrock:ap-northeast-2:123456789012:inference-profile/eu.vendor.model-1"])
    error_message = "the profile is named in this account"
  }
}
