# The real provider without an account: documents are rendered, and nothing is asked.
provider "aws" {
  region                      = "ap-northeast-2"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_resource {
  target          = aws_iam_role.runbook
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:role/mocked" }
}

variables {
  context = {
    environment    = "dev"
    prefix         = "qscreen-dev"
    parameter_path = "/qscreen/dev"
    account_id     = "123456789012"
    region         = "ap-northeast-2"
    partition      = "aws"
    guarded        = true
  }
  key_arns = {
    logs      = "arn:aws:kms:ap-northeast-2:123456789012:key/logs"
    data      = "arn:aws:kms:ap-northeast-2:123456789012:key/data"
    artifacts = "arn:aws:kms:ap-northeast-2:123456789012:key/artifacts"
  }
  dead_letter_queue = {
    arn = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-dead-letters"
    url = "https://sqs.ap-northeast-2.amazonaws.com/123456789012/qscreen-dev-dead-letters"
  }
  functions = {
    api = {
      function_name = "qscreen-dev-api"
      function_arn  = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api"
      alias_name    = "live"
    }
    dispatch = {
      function_name = "qscreen-dev-dispatch"
      function_arn  = "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-dispatch"
      alias_name    = "live"
    }
  }
  release          = { version = "1.2.3", commit = "0123456789abcdef0123456789abcdef01234567" }
  artifacts_bucket = { name = "qscreen-dev-artifacts-123456789012", arn = "arn:aws:s3:::qscreen-dev-artifacts-123456789012" }
  network = {
    vpc_id                    = "vpc-0123456789abcdef0"
    private_subnet_ids        = ["subnet-0a", "subnet-0b"]
    build_security_group_id   = "sg-0b"
    bastion_security_group_id = "sg-0c"
  }
}

run "json" {
  command = plan

  variables {
    settings = {
      subscriptions = { duty = { protocol = "email", endpoint = "ops@example.com" } }

      deployments = {}
      pipeline    = { source_key = "source/qscreen.zip", in_vpc = true }
      bastion     = {}
    }
  }

  assert {
    condition = alltrue(flatten([
      for policy in concat(values(aws_iam_role_policy.runbook), values(aws_iam_role_policy.build), values(aws_iam_role_policy.build_in_vpc), values(aws_iam_role_policy.pipeline), values(aws_iam_role_policy.codedeploy), values(aws_iam_role_policy.bastion)) : [
        for statement in jsondecode(policy.policy).Statement : [for action in flatten([statement.Action]) : !strcontains(action, "*")]
      ]
    ]))
    error_message = "no action is a wildcard"
  }

  assert {
    condition = toset(flatten([
      for policy in concat(values(aws_iam_role_policy.runbook), values(aws_iam_role_policy.build), values(aws_iam_role_policy.build_in_vpc), values(aws_iam_role_policy.pipeline), values(aws_iam_role_policy.codedeploy), values(aws_iam_role_policy.bastion)) : [
        for statement in jsondecode(policy.policy).Statement : statement.Sid if contains(flatten([statement.Resource]), "*")
      ]
    ])) == toset(["FindPlace", "StopDeployments", "TalkToSystemsManager"])
    error_message = "all resources only where the API has no resource form"
  }

  assert {
    condition     = { for statement in jsondecode(aws_iam_role_policy.runbook["redrive"].policy).Statement : statement.Sid => statement.Resource } == { TakeLetters = var.dead_letter_queue.arn, DecryptLetters = var.key_arns.data, RepeatInvocations = [for arn in ["arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-dispatch:*", "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-dispatch", "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api:*", "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-dev-api"] : arn] }
    error_message = "redrive takes from one queue and invokes the platform's functions"
  }

  assert {
    condition     = { for name in ["halt", "resume"] : name => toset(flatten([for statement in jsondecode(aws_iam_role_policy.runbook[name].policy).Statement : statement.Action])) } == { halt = toset(["lambda:GetFunctionConcurrency", "lambda:PutFunctionConcurrency", "ssm:GetParameter", "ssm:PutParameter"]), resume = toset(["lambda:DeleteFunctionConcurrency", "lambda:PutFunctionConcurrency", "ssm:DeleteParameter", "ssm:GetParameter"]) }
    error_message = "halt and resume set concurrency and remember it"
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.runbook["rotate-secret"].policy).Statement : statement if statement.Sid == "Rotate"]).Resource == "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:qscreen-dev/*"
    error_message = "only secrets of the environment are rotated"
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.runbook["restore-database"].policy).Statement : statement if statement.Sid == "ProtectTarget"]).Resource == "arn:aws:rds:ap-northeast-2:123456789012:db:qscreen-dev-????????t??????z"
    error_message = "a restoration of the database changes only the instance that it made"
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.runbook["restore-table"].policy).Statement : statement if statement.Sid == "FillTarget"]).Resource == "arn:aws:dynamodb:ap-northeast-2:123456789012:table/qscreen-dev-*-????????T??????Z"
    error_message = "a restoration writes to its own table only"
  }

  assert {
    condition     = { for statement in jsondecode(aws_iam_role_policy.runbook["revoke-device"].policy).Statement : statement.Sid => statement.Resource if statement.Sid != "DecryptDevice" } == { MarkDevice = "arn:aws:dynamodb:ap-northeast-2:123456789012:table/qscreen-dev-devices", DeleteQueue = "arn:aws:sqs:ap-northeast-2:123456789012:qscreen-dev-device-*" }
    error_message = "a revocation touches devices and their queues only"
  }

  assert {
    condition     = { for statement in jsondecode(aws_iam_role_policy.pipeline["functions"].policy).Statement : statement.Sid => flatten([statement.Resource]) if contains(["KeepArtifacts", "RunBuilds", "AskForApproval"], statement.Sid) } == { KeepArtifacts = ["arn:aws:s3:::qscreen-dev-artifacts-123456789012/qscreen-dev-function/*"], RunBuilds = ["arn:aws:codebuild:ap-northeast-2:123456789012:project/qscreen-dev-test", "arn:aws:codebuild:ap-northeast-2:123456789012:project/qscreen-dev-deploy", "arn:aws:codebuild:ap-northeast-2:123456789012:project/qscreen-dev-build"], AskForApproval = ["arn:aws:sns:ap-northeast-2:123456789012:qscreen-dev-notifications"] }
    error_message = "the pipeline reaches its own artefacts, builds and topic"
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.pipeline["functions"].policy).Statement : statement if statement.Sid == "ReadSource"]).Resource == "arn:aws:s3:::qscreen-dev-artifacts-123456789012/source/qscreen.zip"
    error_message = "the pipeline reads one archive"
  }

  assert {
    condition     = !contains([for statement in jsondecode(aws_iam_role_policy.build["test"].policy).Statement : statement.Sid], "PublishVersions") && !contains([for statement in jsondecode(aws_iam_role_policy.build["build"].policy).Statement : statement.Sid], "PublishVersions") && toset(one([for statement in jsondecode(aws_iam_role_policy.build["deploy"].policy).Statement : statement if statement.Sid == "PublishVersions"]).Action) == toset(["lambda:GetAlias", "lambda:GetFunctionConfiguration", "lambda:PublishVersion", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"])
    error_message = "only the last stage publishes, and it does not move aliases itself"
  }

  assert {
    condition     = toset(flatten([for statement in jsondecode(aws_iam_role_policy.codedeploy["functions"].policy).Statement : statement.Action])) == toset(["cloudwatch:DescribeAlarms", "lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"])
    error_message = "CodeDeploy shifts aliases and watches alarms"
  }

  assert {
    condition = { for topic, document in data.aws_iam_policy_document.topic : topic => {
      for statement in jsondecode(document.json).Statement : statement.Sid => {
        services = toset(flatten([statement.Principal.Service]))
        account  = try(statement.Condition.StringEquals["aws:SourceAccount"], "")
      } if statement.Effect == "Allow"
      } } == {
      alarms = {
        Publish  = { services = toset(["cloudwatch.amazonaws.com"]), account = "123456789012" }
        Announce = { services = toset(["events.amazonaws.com"]), account = "" }
      }
      notifications = {
        Publish  = { services = toset(["budgets.amazonaws.com"]), account = "123456789012" }
        Announce = { services = toset(["events.amazonaws.com"]), account = "" }
      }
    }
    error_message = "each topic takes messages of its own services for this account, and EventBridge's, which come without conditions"
  }

  assert {
    condition     = alltrue([for document in data.aws_iam_policy_document.trust : one(jsondecode(document.json).Statement).Condition.StringEquals["aws:SourceAccount"] == "123456789012"])
    error_message = "no other account can have a service assume a role"
  }
}
