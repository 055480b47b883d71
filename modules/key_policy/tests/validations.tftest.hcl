mock_provider "aws" {}

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
  region   = "ap-northeast-2"
  services = ["s3"]
}

run "values_of_no_key" {
  command = plan

  variables {
    region   = "Seoul"
    services = ["s3.amazonaws.com"]
    kind     = "copy"
  }

  expect_failures = [var.region, var.services, var.kind]
}

run "no_service" {
  command = plan

  variables {
    services = []
  }

  expect_failures = [var.services]
}
