# The real provider without an account: policy documents are rendered, nothing is created. A document
# that names a resource of the same plan is rendered at the apply only; its statements are asserted.
provider "aws" {
  region                      = "ap-northeast-2"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
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

  name        = "planner"
  description = "Plans"
  package = {
    bucket = "qscreen-dev-artifacts-123456789012"
    key    = "code/planner.zip"
    sha256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
  }
  log_key_arn         = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
  environment_key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
}

override_resource {
  target          = aws_cloudwatch_log_group.this
  override_during = plan
  values          = { arn = "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/lambda/qscreen-dev-planner" }
}

run "json" {
  command = plan

  variables {
    dead_letter_queue = {
      arn     = "arn:aws:sqs:ap-northeast-2:123456789012:letters"
      key_arn = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    }
    vpc = {
      subnet_ids         = ["subnet-a"]
      security_group_ids = ["sg-a"]
    }
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement == [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
    error_message = "only Lambda takes the role"
  }

  assert {
    condition     = [for statement in data.aws_iam_policy_document.runtime.statement : statement.sid] == ["WriteLogs", "ReadEnvironment", "Trace", "SendDeadLetters", "EncryptDeadLetters", "ManageInterfaces"]
    error_message = "the runtime's rights are these and no others"
  }

  assert {
    condition     = one(data.aws_iam_policy_document.runtime.statement[0].resources) == "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/lambda/qscreen-dev-planner:*"
    error_message = "a function writes to its own log group"
  }

  assert {
    condition     = toset([for statement in data.aws_iam_policy_document.runtime.statement : statement.sid if contains(statement.resources, "*")]) == toset(["Trace", "ManageInterfaces"])
    error_message = "only operations without a resource form are allowed on any resource"
  }
}
