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
  key_arns = {
    screenshots = "arn:aws:kms:ap-northeast-2:123456789012:key/screenshots"
    data        = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    logs        = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
  }
  database_password   = "only-for-the-test"
  isolated_subnet_ids = ["subnet-a", "subnet-b"]
  security_group_ids = {
    database = "sg-database"
    cache    = "sg-cache"
  }
}

run "one_subnet" {
  command = plan

  variables {
    isolated_subnet_ids = ["subnet-a"]
  }

  expect_failures = [var.isolated_subnet_ids]
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
    settings = { force_destroy = true }
  }

  expect_failures = [var.settings]
}

run "short_backups_in_prod" {
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
    settings = { database = { backup_retention_days = 1 } }
  }

  expect_failures = [var.settings]
}

run "no_backups" {
  command = plan

  variables {
    settings = { database = { backup_retention_days = 0 } }
  }

  expect_failures = [var.settings]
}

run "monitoring_interval_unknown" {
  command = plan

  variables {
    settings = { database = { monitoring_seconds = 7 } }
  }

  expect_failures = [var.settings]
}

run "no_cache_node" {
  command = plan

  variables {
    settings = { cache = { nodes = 0 } }
  }

  expect_failures = [var.settings]
}
