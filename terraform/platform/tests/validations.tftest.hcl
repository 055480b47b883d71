# The variables alone: the root makes ephemeral passwords, and mocked providers know no ephemeral
# resources. The whole root is planned and applied by the end-to-end suite.
variables {
  environment = "dev"
  build_dir   = "tests/fixtures"
  release     = { version = "1.0.0", commit = "0123456789abcdef0123456789abcdef01234567" }
}

run "values_of_dev" {
  command = plan

  module {
    source = "./tests/variables"
  }

  assert {
    condition     = var.recovery_region == null && var.state_bucket == null && !var.emulated
    error_message = "dev needs neither a recovery region nor a state in S3"
  }
}

run "values_of_prod" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    environment     = "prod"
    recovery_region = "ap-northeast-1"
    state_bucket    = "qscreen-tfstate-123456789012-ap-northeast-2"
    network         = { nat = "per_zone" }
  }

  assert {
    condition     = var.region == "ap-northeast-2"
    error_message = "prod is in Seoul unless told otherwise"
  }
}

run "environment_that_is_not_there" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    environment = "qa"
  }

  expect_failures = [var.environment]
}

run "prod_without_backend_and_recovery" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    environment = "prod"
  }

  expect_failures = [var.state_bucket, var.recovery_region]
}

run "prod_on_an_emulator" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    environment     = "prod"
    recovery_region = "ap-northeast-1"
    state_bucket    = "qscreen-tfstate-123456789012-ap-northeast-2"
    emulated        = true
    network         = { nat = "per_zone" }
  }

  expect_failures = [var.emulated]
}

run "recovery_in_the_same_region" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    recovery_region = "ap-northeast-2"
  }

  expect_failures = [var.recovery_region]
}

run "copies_that_no_erasure_reaches" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    recovery_region = "ap-northeast-1"
  }

  expect_failures = [var.recovery_region]
}

run "copies_reached_by_another_way" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    recovery_region = "ap-northeast-1"
    network         = { internet_egress = true }
  }

  assert {
    condition     = var.recovery_region == "ap-northeast-1"
    error_message = "a gateway of the organisation leads out, too"
  }
}

run "region_that_is_none" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    region = "Seoul"
  }

  expect_failures = [var.region]
}

run "endpoint_of_aws_with_a_path" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    endpoint_url = "http://127.0.0.1:4566/restapis"
  }

  expect_failures = [var.endpoint_url]
}

run "nothing_built" {
  command = plan

  module {
    source = "./tests/variables"
  }

  variables {
    build_dir = "tests/none"
  }

  expect_failures = [var.build_dir]
}
