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
  name               = "releases"
  key_arn            = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
  access_logs_bucket = "qscreen-dev-access-logs-123456789012"
}

run "name_too_long" {
  command = plan

  variables {
    name = "a-purpose-of-thirty-three-letters"
  }

  expect_failures = [var.name]
}

run "name_in_capitals" {
  command = plan

  variables {
    name = "Releases"
  }

  expect_failures = [var.name]
}

run "force_destroy_in_prod" {
  command = plan

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
    force_destroy = true
  }

  expect_failures = [var.force_destroy]
}

run "no_retention" {
  command = plan

  variables {
    retention_days = 0
  }

  expect_failures = [var.retention_days]
}

run "no_versions" {
  command = plan

  variables {
    noncurrent_days = 0
  }

  expect_failures = [var.noncurrent_days]
}

run "archived_too_soon" {
  command = plan

  variables {
    intelligent_tiering = { archive_days = 30 }
  }

  expect_failures = [var.intelligent_tiering]
}

run "deeply_archived_too_soon" {
  command = plan

  variables {
    intelligent_tiering = { deep_archive_days = 90 }
  }

  expect_failures = [var.intelligent_tiering]
}

run "no_lock" {
  command = plan

  variables {
    object_lock = { days = 0 }
  }

  expect_failures = [var.object_lock]
}

run "expires_while_locked" {
  command = plan

  variables {
    retention_days = 30
    object_lock    = { days = 365 }
  }

  expect_failures = [var.object_lock]
}

run "half_a_folder" {
  command = plan

  variables {
    retention_days = 30
    expiring       = { results = "canary/res" }
  }

  expect_failures = [var.expiring]
}
