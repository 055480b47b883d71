# The real provider without an account: documents are rendered, and nothing is asked.
provider "aws" {
  region                      = "ap-northeast-2"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

provider "aws" {
  alias                       = "recovery"
  region                      = "ap-northeast-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

override_data {
  target = data.aws_partition.current
  values = { partition = "aws" }
}

override_resource {
  target          = aws_kms_key.state
  override_during = plan
  values          = { arn = "arn:aws:kms:ap-northeast-2:123456789012:key/state" }
}

override_resource {
  target          = aws_kms_key.replica
  override_during = plan
  values          = { arn = "arn:aws:kms:ap-northeast-1:123456789012:key/replica" }
}

override_resource {
  target          = aws_iam_openid_connect_provider.github
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }
}

variables {
  repository      = "example/qscreen"
  recovery_region = "ap-northeast-1"
}

run "json" {
  command = plan

  assert {
    condition     = one(jsondecode(data.aws_iam_policy_document.replication_trust.json).Statement) == { Action = "sts:AssumeRole", Effect = "Allow", Principal = { Service = "s3.amazonaws.com" } }
    error_message = "S3 can take the role that copies: it says nothing of itself that a condition could ask for"
  }

  assert {
    condition = alltrue(flatten([
      for policy in concat(values(aws_iam_role_policy.apply_iam), values(aws_iam_role_policy.apply_state), values(aws_iam_role_policy.replication), [aws_iam_role_policy.plan, aws_iam_role_policy.plan_refresh]) : [
        for statement in jsondecode(policy.policy).Statement : [for action in flatten([statement.Action]) : !strcontains(action, "*")] if statement.Effect == "Allow"
      ]
    ]))
    error_message = "no action is a wildcard"
  }

  assert {
    condition = toset(flatten([
      for policy in concat(values(aws_iam_role_policy.apply_iam), values(aws_iam_role_policy.apply_state), [aws_iam_role_policy.plan, aws_iam_role_policy.plan_refresh]) : [
        for statement in jsondecode(policy.policy).Statement : statement.Sid if contains(flatten([statement.Resource]), "*")
      ]
    ])) == toset(["KeepPasswordPolicy", "ReadConfigurations"])
    error_message = "all resources only where the API has no resource form"
  }

  assert {
    condition = alltrue([
      for action in flatten([for policy in [aws_iam_role_policy.plan, aws_iam_role_policy.plan_refresh] : [for statement in jsondecode(policy.policy).Statement : statement.Action if statement.Sid != "Lock"]]) :
      can(regex(":(GET|Get|List|Describe|View|BatchGet|Decrypt|GenerateDataKey)", action))
    ])
    error_message = "a plan changes nothing but its lock"
  }

  assert {
    condition = toset(flatten([for statement in jsondecode(aws_iam_role_policy.apply_state["dev"].policy).Statement : statement.Resource])) == toset([
      "arn:aws:s3:::qscreen-tfstate-123456789012-ap-northeast-2",
      "arn:aws:s3:::qscreen-tfstate-123456789012-ap-northeast-2/platform/dev.tfstate",
      "arn:aws:s3:::qscreen-tfstate-123456789012-ap-northeast-2/platform/dev.tfstate.tflock",
      "arn:aws:s3:::qscreen-tfstate-123456789012-ap-northeast-2/platform/dev.audit/*",
      "arn:aws:kms:ap-northeast-2:123456789012:key/state",
    ])
    error_message = "an apply reads and writes its own state"
  }

  assert {
    condition     = { for statement in jsondecode(aws_iam_role_policy.apply_state["dev"].policy).Statement : statement.Sid => [statement.Action, try(statement.Condition, null)] if endswith(statement.Sid, "Trail") } == { ReadTrail = ["s3:GetObject", null], AppendToTrail = ["s3:PutObject", { Null = { "s3:if-none-match" = "false" } }] }
    error_message = "a row of the trail is written once, and never deleted"
  }

  assert {
    condition     = { for name, document in data.aws_iam_policy_document.assume : name => toset(flatten([one(jsondecode(document.json).Statement).Condition.StringEquals["token.actions.githubusercontent.com:sub"]])) } == { plan = toset(["repo:example/qscreen:pull_request", "repo:example/qscreen:ref:refs/heads/main"]), apply-dev = toset(["repo:example/qscreen:environment:dev"]), apply-prod = toset(["repo:example/qscreen:environment:prod"]) }
    error_message = "only this repository assumes a role, and an apply only from its environment"
  }

  assert {
    condition = one([for statement in jsondecode(aws_iam_role_policy.apply_iam["prod"].policy).Statement : statement if statement.Sid == "NoRoleWithoutBoundary"]) == {
      Sid      = "NoRoleWithoutBoundary"
      Effect   = "Deny"
      Action   = ["iam:PutRolePolicy", "iam:PutRolePermissionsBoundary", "iam:CreateRole", "iam:AttachRolePolicy"]
      Resource = "arn:aws:iam::123456789012:role/qscreen-prod-*"
      Condition = { ArnNotLike = { "iam:PermissionsBoundary" = [
        for name in ["boundary", "boundary-operations", "boundary-operator", "operator", "operator-read", "auditor", "auditor-*", "break-glass"] : "arn:aws:iam::123456789012:policy/qscreen-prod-${name}"
      ] } }
    }
    error_message = "no role without a boundary of the platform"
  }

  assert {
    condition     = alltrue([for name, policy in aws_iam_role_policy.apply_iam : alltrue([for statement in jsondecode(policy.policy).Statement : alltrue([for resource in flatten([statement.Resource]) : resource == "*" || strcontains(resource, "/qscreen-${name}-")]) if !endswith(statement.Sid, "ServiceRole") && !endswith(statement.Sid, "ServiceRoles")])])
    error_message = "an apply administers IAM of its own names"
  }

  assert {
    condition = { for statement in jsondecode(aws_iam_role_policy.apply_iam["prod"].policy).Statement : statement.Sid => { actions = toset(flatten([statement.Action])), roles = toset([for arn in flatten([statement.Resource]) : split("/", arn)[2]]) } if strcontains(statement.Sid, "ServiceRole") } == {
      KeepServiceRoles = { actions = toset(["iam:GetRole", "iam:GetServiceLinkedRoleDeletionStatus", "iam:TagRole", "iam:UntagRole"]), roles = toset(["config.amazonaws.com", "opensearchservice.amazonaws.com"]) }
      PassServiceRole  = { actions = toset(["iam:PassRole"]), roles = toset(["config.amazonaws.com"]) }
    }
    error_message = "an apply reads and tags the roles that AWS keeps for the layers' services, and hands Config its own"
  }

  assert {
    condition     = alltrue([for name in ["dev", "prod"] : length(aws_iam_role_policy.apply_iam[name].policy) + length(aws_iam_role_policy.apply_state[name].policy) <= 10240 && length(aws_iam_policy.guard[name].policy) <= 6144])
    error_message = "policies are within IAM's limits"
  }

  assert {
    condition     = alltrue([for policy in aws_iam_policy.guard : alltrue([for statement in jsondecode(policy.policy).Statement : statement.Effect == "Deny"])])
    error_message = "a guard allows nothing"
  }

  assert {
    condition     = contains([for statement in jsondecode(aws_iam_policy.guard["prod"].policy).Statement : statement.Sid], "KeepStores") && !contains([for statement in jsondecode(aws_iam_policy.guard["dev"].policy).Statement : statement.Sid], "KeepStores")
    error_message = "stores of guarded environments are not destroyed by plans"
  }

  assert {
    condition     = one([for statement in jsondecode(aws_iam_policy.guard["dev"].policy).Statement : statement if statement.Sid == "StayInEnvironment"]).Condition.StringEquals["aws:ResourceTag/Environment"] == "prod" && contains(one([for statement in jsondecode(aws_iam_policy.guard["dev"].policy).Statement : statement if statement.Sid == "StayInNames"]).Resource, "arn:aws:s3:::qscreen-prod-*")
    error_message = "an apply of dev reaches nothing of prod"
  }

  assert {
    condition     = toset(one([for statement in jsondecode(aws_iam_policy.guard["dev"].policy).Statement : statement if statement.Sid == "StayInRegions"]).Condition.StringNotEquals["aws:RequestedRegion"]) == toset(["ap-northeast-1", "ap-northeast-2"])
    error_message = "deployments stay in the platform's regions"
  }

  assert {
    condition     = !can(regex("ScheduleKeyDeletion|DisableKey", data.aws_iam_policy_document.key.json)) && toset(one([for statement in jsondecode(data.aws_iam_policy_document.key.json).Statement : statement if statement.Sid == "UseThroughS3"]).Condition.StringEquals["kms:ViaService"]) == toset(["s3.ap-northeast-1.amazonaws.com", "s3.ap-northeast-2.amazonaws.com"])
    error_message = "the key serves S3 only, and nobody takes it away"
  }
}

run "one_environment" {
  command = plan

  variables {
    environments         = { dev = "dev" }
    guarded_environments = []
  }

  assert {
    condition     = length([for statement in jsondecode(aws_iam_policy.guard["dev"].policy).Statement : statement if contains(["StayInEnvironment", "StayInNames"], statement.Sid)]) == 0
    error_message = "where there is no other environment, none needs to be kept away from: IAM refuses a list of nothing"
  }
}

run "guard_too_long" {
  command = plan

  variables {
    environments         = { for number in range(30) : "env${number}" => "env${number}" }
    guarded_environments = []
  }

  expect_failures = [aws_iam_policy.guard]
}
