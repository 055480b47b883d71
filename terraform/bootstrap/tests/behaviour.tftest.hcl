mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}", minified_json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
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

mock_provider "aws" {
  alias = "recovery"
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

  assert {
    condition     = aws_s3_bucket_logging.state.target_prefix == "state/" && aws_s3_bucket.access_logs.bucket == "qscreen-tfstate-123456789012-ap-northeast-2-logs" && length(aws_s3_bucket.access_logs.bucket) <= 63
    error_message = "who reads the state is written down"
  }

  assert {
    condition     = length(aws_s3_bucket.replica) == 0 && length(aws_s3_bucket_replication_configuration.state) == 0 && output.replica == null
    error_message = "no copy unless a recovery region is named"
  }

  assert {
    condition     = output.backend_config.use_lockfile && output.backend_config.encrypt
    error_message = "locks are S3's own"
  }
}

run "a_copy_in_the_recovery_region" {
  command = plan

  variables {
    recovery_region     = "ap-northeast-1"
    github_provider_arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
  }

  assert {
    condition     = aws_s3_bucket.replica["state"].bucket == "qscreen-tfstate-123456789012-ap-northeast-1" && output.replica.region == "ap-northeast-1"
    error_message = "the copy is found by account and region too"
  }

  assert {
    condition     = one(aws_s3_bucket_replication_configuration.state["state"].rule).filter[0].prefix == "platform/" && one(aws_s3_bucket_replication_configuration.state["state"].rule).delete_marker_replication[0].status == "Disabled" && aws_kms_key.replica["state"].enable_key_rotation
    error_message = "a state that is deleted here stays there"
  }

  assert {
    condition     = length(aws_iam_openid_connect_provider.github) == 0 && alltrue([for document in data.aws_iam_policy_document.assume : one(one(document.statement).principals).identifiers == toset([var.github_provider_arn])])
    error_message = "a provider that is there already is used"
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
    access_log_days       = 7
    further_regions       = ["osaka"]
    github_provider_arn   = "arn:aws:iam::123456789012:oidc-provider/example.com"
  }

  expect_failures = [
    var.repository, var.region, var.environments, var.state_noncurrent_days,
    var.access_log_days, var.further_regions, var.github_provider_arn,
  ]
}

run "values_that_do_not_fit_each_other" {
  command = plan

  variables {
    guarded_environments = ["production"]
    recovery_region      = "ap-northeast-2"
  }

  expect_failures = [var.guarded_environments, var.recovery_region]
}
