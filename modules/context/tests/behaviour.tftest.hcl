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

run "names_are_made_of_project_and_environment" {
  command = plan

  assert {
    condition     = output.context.prefix == "qscreen-dev" && output.context.parameter_path == "/qscreen/dev"
    error_message = "the prefix is <project>-<environment>, the parameter path /<project>/<environment>"
  }

  assert {
    condition     = output.context.account_id == "123456789012" && output.context.region == "ap-northeast-2" && output.context.partition == "aws"
    error_message = "the place is read from the provider"
  }

  assert {
    condition     = output.context.recovery_region == null
    error_message = "there is no recovery region unless it is named"
  }

  assert {
    condition     = !output.context.guarded
    error_message = "dev is not guarded"
  }
}

run "prod_is_guarded" {
  command = plan

  variables {
    environment = "prod"
  }

  assert {
    condition     = output.context.guarded
    error_message = "prod is guarded"
  }
}

run "tags_carry_ours_and_theirs" {
  command = plan

  variables {
    tags = { CostCenter = "automation" }
  }

  assert {
    condition     = tomap(output.tags) == tomap({ CostCenter = "automation", Environment = "dev", ManagedBy = "terraform", Project = "qscreen" })
    error_message = "further tags are joined with the fixed ones"
  }
}

run "longest_name_fits_a_bucket" {
  command = plan

  variables {
    environment = "abcdefgh"
    project     = "abcdefgh"
  }

  assert {
    condition     = length("${output.context.prefix}-screenshots-${output.context.account_id}") <= 63
    error_message = "bucket names have at most 63 characters"
  }
}
