mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_resource "aws_iam_openid_connect_provider" {
    defaults = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
  }
}

variables {
  repository = "example/qscreen"
}

run "state_is_kept_safe" {
  command = plan

  assert {
    condition     = aws_s3_bucket.state.bucket == "qscreen-tfstate-123456789012-ap-northeast-2"
    error_message = "qops finds the state by account and region"
  }

  assert {
    condition     = one(aws_s3_bucket_versioning.state.versioning_configuration).status == "Enabled" && aws_kms_key.state.enable_key_rotation
    error_message = "former states are kept, and the key rotates"
  }
}

run "roles_trust_this_repository_only" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for document in data.aws_iam_policy_document.assume : [
        for statement in document.statement : [
          for condition in statement.condition : [
            for value in condition.values : startswith(value, "repo:example/qscreen:")
          ] if endswith(condition.variable, ":sub")
        ]
      ]
    ]))
    error_message = "no other repository may assume a role"
  }

  assert {
    condition     = toset(keys(aws_iam_role.apply)) == toset(["dev", "prod"])
    error_message = "each environment has its own role"
  }
}

run "each_value_out_of_bounds" {
  command = plan

  variables {
    repository            = "qscreen"
    region                = "seoul"
    environments          = {}
    state_noncurrent_days = 7
  }

  expect_failures = [var.repository, var.region, var.environments, var.state_noncurrent_days]
}
