mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
  mock_resource "aws_bedrock_inference_profile" {
    override_during = plan
    defaults        = { arn = "arn:aws:bedrock:ap-northeast-2:123456789012:application-inference-profile/a1b2c3" }
  }
  mock_resource "aws_iam_role" {
    override_during = plan
    defaults        = { arn = "arn:aws:iam::123456789012:role/role" }
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
  data_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
  logs_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
}

run "defaults" {
  command = plan

  assert {
    condition     = toset(keys(jsondecode(aws_ssm_parameter.models.value))) == toset(["planner", "vision", "fast"]) && aws_ssm_parameter.models.name == "/qscreen/dev/models"
    error_message = "the three roles are published"
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.models.value).planner.fallbacks == ["global.anthropic.claude-haiku-4-5-20251001-v1:0"]
    error_message = "what stands in for a model is published in order"
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.models.value).fast.model_id == "anthropic.claude-haiku-4-5-20251001-v1:0"
    error_message = "the model behind the profile is published"
  }

  assert {
    condition     = aws_bedrock_guardrail.this.kms_key_arn == var.data_key_arn
    error_message = "the guardrail is encrypted"
  }

  assert {
    condition     = alltrue([for filter in one(aws_bedrock_guardrail.this.content_policy_config).filters_config : filter.output_strength == (filter.type == "PROMPT_ATTACK" ? "NONE" : "MEDIUM") && filter.input_strength == "MEDIUM"])
    error_message = "prompt attacks are filtered on the way in only"
  }

  assert {
    condition     = alltrue([for entity in one(aws_bedrock_guardrail.this.sensitive_information_policy_config).pii_entities_config : entity.action == "BLOCK"]) && length(one(aws_bedrock_guardrail.this.sensitive_information_policy_config).pii_entities_config) == 7
    error_message = "secrets and card numbers never reach a model"
  }

  assert {
    condition = alltrue([
      for text, found in {
        "주민번호 900101-1234567입니다"      = true
        "type 9912318234567 here"     = true
        "on 2026-11-24 at 0101234567" = false
        "order 991332-1234567"        = false
        "case 990101-9234567"         = false
      } : can(regex(one(one(aws_bedrock_guardrail.this.sensitive_information_policy_config).regexes_config).pattern, text)) == found
    ])
    error_message = "Korean registration numbers are recognised, also before a particle, and other numbers are not"
  }

  assert {
    condition     = toset([for topic in one(aws_bedrock_guardrail.this.topic_policy_config).topics_config : topic.name]) == toset(["Disabling protection", "Harvesting credentials"]) && alltrue([for topic in one(aws_bedrock_guardrail.this.topic_policy_config).topics_config : topic.type == "DENY" && length(topic.definition) <= 200 && alltrue([for example in topic.examples : length(example) <= 100])])
    error_message = "topics are denied within Bedrock's limits"
  }

  assert {
    condition     = one(one(aws_bedrock_guardrail.this.word_policy_config).managed_word_lists_config).type == "PROFANITY" && length(aws_bedrock_guardrail.this.contextual_grounding_policy_config) == 0
    error_message = "profanity is filtered; grounding is a choice"
  }

  assert {
    condition     = jsonencode(output.token_budgets) == jsonencode({ "planner-vision" = { tokens_per_day = 10000000, model_ids = ["global.anthropic.claude-sonnet-4-6", "global.anthropic.claude-haiku-4-5-20251001-v1:0"] }, fast = { tokens_per_day = 2000000, model_ids = ["global.anthropic.claude-haiku-4-5-20251001-v1:0"] } })
    error_message = "roles that share a profile share a meter"
  }

  assert {
    condition     = length(aws_bedrock_inference_profile.role) + length(aws_bedrock_model_invocation_logging_configuration.this) + length(aws_rekognition_project.elements) + length(aws_comprehend_document_classifier.goals) == 0 && output.custom_labels_project_arn == null && output.classifier_arn == null
    error_message = "what costs or is the account's is off"
  }

  assert {
    condition     = length(output.kept_days) == 0
    error_message = "nothing of a user is in logs of model calls"
  }
}

run "everything" {
  command = plan

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod-1234"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    permissions_boundary_arn = "arn:aws:iam::123456789012:policy/boundary"
    invocation_logs_bucket   = { name = "logs", arn = "arn:aws:s3:::logs" }
    settings = {
      application_profiles = true
      invocation_logging   = { text = true }
      custom_labels        = true

      custom_labels_version_arn = "arn:aws:rekognition:ap-northeast-2:123456789012:project/qscreen-prod-1234-ui-elements/version/one/1700000000000"
      classifier                = { training_s3_uri = "s3://artifacts/classifier/train.csv" }
      grounding                 = { grounding = 0.8 }
      denied_words              = ["launch codes"]
      profanity                 = false
      denied_topics             = { Payments = { definition = "Moving money." } }
      pii_entities              = { EMAIL = "ANONYMIZE" }
      pii_patterns              = { badge = { description = "Badge", pattern = "B[0-9]{6}" } }
      token_budgets             = { planner = 10 }
    }
  }

  assert {
    condition     = aws_bedrock_inference_profile.role["planner"].name == "qscreen-prod-1234-planner" && one(aws_bedrock_inference_profile.role["planner"].model_source).copy_from == "arn:aws:bedrock:ap-northeast-2:123456789012:inference-profile/global.anthropic.claude-sonnet-4-6" && aws_bedrock_inference_profile.role["planner-fallback-1"].tags.Role == "planner"
    error_message = "each role has profiles of its own, tagged for the bill"
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.models.value).fast.inference_profile_id == aws_bedrock_inference_profile.role["fast"].arn
    error_message = "the platform's own profiles are published"
  }

  assert {
    condition     = jsondecode(aws_ssm_parameter.models.value).planner.system_profiles == ["global.anthropic.claude-sonnet-4-6", "global.anthropic.claude-haiku-4-5-20251001-v1:0"]
    error_message = "what stands behind the platform's own profiles is published, for the price"
  }

  assert {
    condition     = output.custom_labels_version_arn == var.settings.custom_labels_version_arn
    error_message = "the trained version is handed on"
  }

  assert {
    condition     = jsonencode(output.token_budgets) == jsonencode({ planner = { tokens_per_day = 10, model_ids = ["a1b2c3"] } })
    error_message = "a role with profiles of its own has a meter of its own"
  }

  assert {
    condition     = aws_bedrock_model_invocation_logging_configuration.this["on"].logging_config.text_data_delivery_enabled && !aws_bedrock_model_invocation_logging_configuration.this["on"].logging_config.image_data_delivery_enabled && one(aws_bedrock_model_invocation_logging_configuration.this["on"].logging_config.s3_config[*]).bucket_name == "logs"
    error_message = "text is logged when asked for, to the group and the bucket"
  }

  assert {
    condition     = output.kept_days == { model_calls = 365 }
    error_message = "whoever logs texts of model calls tells how long it keeps them"
  }

  assert {
    condition     = aws_cloudwatch_log_group.invocations["on"].kms_key_id == var.logs_key_arn && aws_cloudwatch_log_group.invocations["on"].skip_destroy && aws_cloudwatch_log_group.invocations["on"].retention_in_days == 365
    error_message = "the log of invocations is encrypted, kept, and guarded in prod"
  }

  assert {
    condition     = aws_rekognition_project.elements["on"].name == "qscreen-prod-1234-ui-elements" && aws_rekognition_project.elements["on"].feature == "CUSTOM_LABELS"
    error_message = "custom labels have a project"
  }

  assert {
    condition     = aws_comprehend_document_classifier.goals["on"].model_kms_key_id == var.data_key_arn && aws_comprehend_document_classifier.goals["on"].volume_kms_key_id == var.data_key_arn && length(aws_comprehend_document_classifier.goals["on"].name) <= 63
    error_message = "the classifier is encrypted and its name is within the limit"
  }

  assert {
    condition     = alltrue([for role in [aws_iam_role.classifier["on"], aws_iam_role.invocations["on"]] : length(role.name) <= 64 && role.permissions_boundary == var.permissions_boundary_arn])
    error_message = "the roles are bounded and their names within the limit"
  }

  assert {
    condition     = { for filter in one(aws_bedrock_guardrail.this.contextual_grounding_policy_config).filters_config : filter.type => filter.threshold } == { GROUNDING = 0.8, RELEVANCE = 0.7 }
    error_message = "grounding is checked when asked for"
  }

  assert {
    condition     = one(one(aws_bedrock_guardrail.this.word_policy_config).words_config).text == "launch codes" && length(one(aws_bedrock_guardrail.this.word_policy_config).managed_word_lists_config) == 0
    error_message = "words are the environment's own"
  }

  assert {
    condition     = length(one(aws_bedrock_guardrail.this.topic_policy_config).topics_config) == 3 && length(one(aws_bedrock_guardrail.this.sensitive_information_policy_config).regexes_config) == 2 && one(one(aws_bedrock_guardrail.this.sensitive_information_policy_config).pii_entities_config).action == "ANONYMIZE"
    error_message = "own topics and patterns come on top, own entities replace the default"
  }

  assert {
    condition     = aws_bedrock_guardrail_version.this.description != "Configuration ${substr(sha256(jsonencode({})), 0, 16)}" && length(aws_bedrock_guardrail_version.this.description) == 30
    error_message = "a version carries the digest of its configuration"
  }
}

run "no_words" {
  command = plan

  variables {
    settings = { profanity = false }
  }

  assert {
    condition     = length(aws_bedrock_guardrail.this.word_policy_config) == 0
    error_message = "without a word to filter there is no policy of words, which Bedrock would refuse"
  }
}
