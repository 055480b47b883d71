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
  region   = "ap-northeast-2"
  services = ["s3", "sqs"]
}

run "defaults" {
  command = plan

  assert {
    condition     = [for statement in data.aws_iam_policy_document.this.statement : statement.sid] == ["Administer", "Destroy", "UseThroughServices", "GrantToServices"]
    error_message = "a key stands alone unless told otherwise, and is not replicated"
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.this.statement : [for condition in statement.condition : condition.variable] == ["kms:CallerAccount"] if statement.sid == "Destroy"])
    error_message = "what is unguarded can be taken down by whoever put it up"
  }

  assert {
    condition     = output.json == data.aws_iam_policy_document.this.json
    error_message = "the policy is given as it is rendered"
  }
}
