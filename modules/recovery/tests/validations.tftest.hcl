mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

# The buckets have validations and tests of their own.
override_module {
  target  = module.bucket
  outputs = { name = "bucket", arn = "arn:aws:s3:::bucket" }
}

override_module {
  target  = module.access_logs_bucket
  outputs = { name = "access-logs", arn = "arn:aws:s3:::access-logs" }
}

variables {
  context = {
    environment     = "dev"
    prefix          = "qscreen-dev"
    parameter_path  = "/qscreen/dev"
    account_id      = "123456789012"
    region          = "ap-northeast-2"
    partition       = "aws"
    guarded         = false
    recovery_region = "ap-northeast-1"
  }
  key_arns = {
    screenshots = "arn:aws:kms:ap-northeast-2:123456789012:key/mrk-screenshots"
    data        = "arn:aws:kms:ap-northeast-2:123456789012:key/mrk-data"
  }
  buckets = { screenshots = { key = "screenshots", retention_days = 90 } }
}

run "recovery_in_the_same_region" {
  command = plan

  variables {
    context = {
      environment     = "dev"
      prefix          = "qscreen-dev"
      parameter_path  = "/qscreen/dev"
      account_id      = "123456789012"
      region          = "ap-northeast-2"
      partition       = "aws"
      guarded         = false
      recovery_region = "ap-northeast-2"
    }
  }

  expect_failures = [aws_kms_replica_key.this]
}

run "no_recovery_region" {
  command = plan

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
  }

  expect_failures = [aws_kms_replica_key.this]
}

run "purpose_too_long" {
  command = plan

  variables {
    buckets = { "a-purpose-of-24-letters-" = {} }
  }

  expect_failures = [var.buckets]
}

run "key_without_a_replica" {
  command = plan

  variables {
    buckets = { logs = { key = "logs" } }
  }

  expect_failures = [var.buckets]
}

run "force_destroy_in_prod" {
  command = plan

  variables {
    context = {
      environment     = "prod"
      prefix          = "qscreen-prod"
      parameter_path  = "/qscreen/prod"
      account_id      = "123456789012"
      region          = "ap-northeast-2"
      partition       = "aws"
      guarded         = true
      recovery_region = "ap-northeast-1"
    }
    settings = { force_destroy = true }
  }

  expect_failures = [var.settings]
}

run "key_gone_too_soon" {
  command = plan

  variables {
    settings = { key_deletion_days = 1 }
  }

  expect_failures = [var.settings]
}

run "backups_too_short" {
  command = plan

  variables {
    settings = { backup_max_days = 1 }
  }

  expect_failures = [var.settings]
}
