mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_region" {
    defaults = { name = "ap-northeast-2" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  environment = "dev"
}

run "environment_too_long" {
  command = plan

  variables {
    environment = "production"
  }

  expect_failures = [var.environment]
}

run "environment_upper_case" {
  command = plan

  variables {
    environment = "Dev"
  }

  expect_failures = [var.environment]
}

run "project_with_hyphen" {
  command = plan

  variables {
    project = "q-screen"
  }

  expect_failures = [var.project]
}

run "tag_that_is_ours" {
  command = plan

  variables {
    tags = { Environment = "prod" }
  }

  expect_failures = [var.tags]
}

run "recovery_in_no_region" {
  command = plan

  variables {
    recovery_region = "Tokyo"
  }

  expect_failures = [var.recovery_region]
}
