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
  data_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
  logs_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
}

run "role_missing" {
  command = plan

  variables {
    models = { planner = { inference_profile_id = "global.vendor.model" } }
  }

  expect_failures = [var.models]
}

run "bare_model_id" {
  command = plan

  variables {
    models = {
      planner = { inference_profile_id = "vendor.model" }
      vision  = { inference_profile_id = "global.vendor.model" }
      fast    = { inference_profile_id = "global.vendor.model" }
    }
  }

  expect_failures = [var.models]
}

run "answer_too_long" {
  command = plan

  variables {
    models = {
      planner = { inference_profile_id = "global.vendor.model", max_tokens = 100000 }
      vision  = { inference_profile_id = "global.vendor.model" }
      fast    = { inference_profile_id = "global.vendor.model" }
    }
  }

  expect_failures = [var.models]
}

run "fallback_on_itself" {
  command = plan

  variables {
    models = {
      planner = { inference_profile_id = "global.vendor.model", fallbacks = ["global.vendor.model"] }
      vision  = { inference_profile_id = "global.vendor.model" }
      fast    = { inference_profile_id = "global.vendor.model" }
    }
  }

  expect_failures = [var.models]
}

run "filters_off" {
  command = plan

  variables {
    settings = { filter_strength = "NONE" }
  }

  expect_failures = [var.settings]
}

run "message_empty" {
  command = plan

  variables {
    settings = { blocked_input = "" }
  }

  expect_failures = [var.settings]
}

run "personal_data_logged" {
  command = plan

  variables {
    settings = { pii_entities = { EMAIL = "LOG" } }
  }

  expect_failures = [var.settings]
}

run "pattern_looks_around" {
  command = plan

  variables {
    settings = { pii_patterns = { a = { description = "A", pattern = "a(?=b)" } } }
  }

  expect_failures = [var.settings]
}

run "topic_too_long" {
  command = plan

  variables {
    settings = { denied_topics = { Long = { definition = join("", [for n in range(201) : "a"]) } } }
  }

  expect_failures = [var.settings]
}

run "topic_misnamed" {
  command = plan

  variables {
    settings = { denied_topics = { "a/b" = { definition = "A" } } }
  }

  expect_failures = [var.settings]
}

run "grounding_in_percent" {
  command = plan

  variables {
    settings = { grounding = { grounding = 70 } }
  }

  expect_failures = [var.settings]
}

run "retention_unknown" {
  command = plan

  variables {
    settings = { invocation_logging = { retention_days = 100 } }
  }

  expect_failures = [var.settings]
}

run "training_data_without_key" {
  command = plan

  variables {
    settings = { classifier = { training_s3_uri = "s3://bucket" } }
  }

  expect_failures = [var.settings]
}

run "classifier_language" {
  command = plan

  variables {
    settings = { classifier = { training_s3_uri = "s3://bucket/key", language = "ko" } }
  }

  expect_failures = [var.settings]
}

run "classifier_mode" {
  command = plan

  variables {
    settings = { classifier = { training_s3_uri = "s3://bucket/key", mode = "BINARY" } }
  }

  expect_failures = [var.settings]
}

run "budget_of_no_role" {
  command = plan

  variables {
    settings = { token_budgets = { writer = 1000 } }
  }

  expect_failures = [var.settings]
}

run "version_of_another_project" {
  command = plan

  variables {
    settings = {
      custom_labels             = true
      custom_labels_version_arn = "arn:aws:rekognition:ap-northeast-2:123456789012:project/others/version/one/1700000000000"
    }
  }

  expect_failures = [var.settings]
}

run "version_without_a_project" {
  command = plan

  variables {
    settings = { custom_labels_version_arn = "arn:aws:rekognition:ap-northeast-2:123456789012:project/qscreen-dev-ui-elements/version/one/1700000000000" }
  }

  expect_failures = [var.settings]
}
