# The policies as AWS would get them: the real provider renders them, without an account.
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
    environment    = "prod"
    prefix         = "qscreen-prod"
    parameter_path = "/qscreen/prod"
    account_id     = "123456789012"
    region         = "ap-northeast-2"
    partition      = "aws"
    guarded        = true
  }

  config_bucket = { name = "qscreen-prod-logs-123456789012" }

  settings = {
    web_acl = false
    account = { config = true }
    operators = {
      acts    = ["drill", "redrive", "rollback", "rotate", "state", "users"]
      trusted = { auditor = ["arn:aws:iam::999999999999:role/audit"] }
    }
  }
}

run "json" {
  command = plan

  assert {
    condition = alltrue([
      for name, document in data.aws_iam_policy_document.key : alltrue([
        for statement in jsondecode(document.json).Statement :
        alltrue([for action in flatten([statement.Action]) : startswith(action, "kms:") && !strcontains(action, "*")]) &&
        can(statement.Condition) &&
        statement.Principal != "*" && try(statement.Principal.AWS, "") != "*"
      ])
    ])
    error_message = "a key serves named actions, nobody anonymous, and nobody without a condition"
  }

  assert {
    condition = { for name, document in data.aws_iam_policy_document.key : name => sort(flatten([
      for statement in jsondecode(document.json).Statement : [for service in flatten([statement.Condition.StringEquals["kms:ViaService"]]) : split(".", service)[0]] if statement.Sid == "UseThroughServices"
      ])) } == {
      screenshots = tolist(["s3"])
      data        = tolist(["backup", "bedrock", "comprehend", "dynamodb", "ec2", "elasticache", "lambda", "rds", "rekognition", "s3", "scheduler", "sqs", "states"])
      secrets     = tolist(["secretsmanager", "ssm"])
      logs        = tolist(["es", "s3", "sns", "xray"])
      artifacts   = tolist(["codebuild", "s3"])
    }
    error_message = "each key is used through the services of its purpose only"
  }

  assert {
    condition = alltrue([
      for document in values(data.aws_iam_policy_document.key) : alltrue([
        for statement in jsondecode(document.json).Statement :
        length(setintersection(toset(flatten([statement.Action])), toset(["kms:DisableKey", "kms:DisableKeyRotation", "kms:ScheduleKeyDeletion"]))) == 0 ||
        try(statement.Condition.ArnEquals["aws:PrincipalArn"], "") == "arn:aws:iam::123456789012:role/qscreen-prod-break-glass"
      ])
    ])
    error_message = "only the break-glass role takes a key away from a guarded environment"
  }

  assert {
    condition = { for name, document in data.aws_iam_policy_document.key : name => toset(flatten([
      for statement in jsondecode(document.json).Statement : statement.Principal.Service if can(statement.Principal.Service)
      ])) } == {
      screenshots = toset([])
      secrets     = toset([])
      artifacts   = toset([])
      data        = toset(["events.amazonaws.com", "sns.amazonaws.com"])
      logs = toset([
        "bedrock.amazonaws.com", "budgets.amazonaws.com", "cloudtrail.amazonaws.com", "cloudwatch.amazonaws.com", "config.amazonaws.com",
        "delivery.logs.amazonaws.com", "events.amazonaws.com", "logs.ap-northeast-2.amazonaws.com",
      ])
    }
    error_message = "services that encrypt themselves are named, key by key"
  }

  assert {
    condition     = alltrue([for statement in jsondecode(data.aws_iam_policy_document.key["logs"].json).Statement : keys(statement.Condition) == ["ArnLike"] if try(contains(flatten([statement.Principal.Service]), "events.amazonaws.com"), false)])
    error_message = "EventBridge reaches encrypted topics, though it says neither its account nor its rule there"
  }

  assert {
    condition     = toset(one([for statement in jsondecode(data.aws_iam_policy_document.key["logs"].json).Statement : statement if statement.Sid == "EncryptTrails"]).Action) == toset(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"])
    error_message = "a trail encrypts its files, and announces them by an encrypted topic"
  }

  assert {
    condition = alltrue(flatten([
      for document in values(data.aws_iam_policy_document.key) : [
        for statement in jsondecode(document.json).Statement :
        try(statement.Condition.StringEquals["aws:SourceAccount"], "") == "123456789012" ||
        try(strcontains(statement.Condition.ArnLike["aws:SourceArn"], ":123456789012:trail/qscreen-prod"), false) ||
        try(strcontains(statement.Condition.ArnLike["kms:EncryptionContext:aws:logs:arn"], ":123456789012:log-group:"), false) ||
        try(statement.Condition.ArnLike["kms:EncryptionContext:aws:sns:topicArn"] == "arn:aws:sns:ap-northeast-2:123456789012:qscreen-prod-*", false)
        if can(statement.Principal.Service)
      ]
    ]))
    error_message = "a service uses a key for this account only"
  }

  assert {
    condition     = toset([for name, document in data.aws_iam_policy_document.key : name if length([for statement in jsondecode(document.json).Statement : statement if statement.Sid == "Replicate"]) == 1]) == toset(["data", "screenshots"])
    error_message = "only multi-region keys are replicated"
  }

  assert {
    condition = alltrue([
      for name, document in data.aws_iam_policy_document.assume_operator : alltrue([for statement in jsondecode(document.json).Statement :
        statement.Action == "sts:AssumeRole" &&
        statement.Condition.Bool["aws:MultiFactorAuthPresent"] == "true" &&
        tonumber(statement.Condition.NumericLessThan["aws:MultiFactorAuthAge"]) == (name == "break-glass" ? 900 : 3600) &&
        statement.Principal.AWS == (name == "auditor" ? "arn:aws:iam::999999999999:role/audit" : "arn:aws:iam::123456789012:root")
      ])
    ])
    error_message = "people need a fresh second factor, and the glass the freshest"
  }

  assert {
    condition = alltrue(flatten([
      for document in [data.aws_iam_policy_document.operator, data.aws_iam_policy_document.operator_read, data.aws_iam_policy_document.operator_acts, data.aws_iam_policy_document.operator_boundary, data.aws_iam_policy_document.auditor, data.aws_iam_policy_document.break_glass, data.aws_iam_policy_document.boundary, data.aws_iam_policy_document.operations_boundary] : [
        for statement in jsondecode(document.json).Statement : [for action in flatten([statement.Action]) : can(regex("^[a-z0-9-]+:[A-Za-z0-9]+$", action))]
      ]
    ]))
    error_message = "every action is named in full"
  }

  assert {
    condition = toset(flatten([
      for document in [data.aws_iam_policy_document.operator, data.aws_iam_policy_document.operator_read, data.aws_iam_policy_document.operator_acts, data.aws_iam_policy_document.break_glass, data.aws_iam_policy_document.boundary, data.aws_iam_policy_document.operations_boundary] : [
        for statement in jsondecode(document.json).Statement : [for action in flatten([statement.Action]) : action if startswith(action, "iam:") || startswith(action, "organizations:") || startswith(action, "account:")]
      ]
    ])) == toset(["iam:PassRole"])
    error_message = "nobody inside the boundaries, and not who breaks the glass, touches IAM; an operator only hands a role to a runbook"
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(data.aws_iam_policy_document.auditor.json).Statement : [
        for action in flatten([statement.Action]) : can(regex("^[a-z0-9-]+:(Describe|Get|List|Lookup|Select|Filter|Simulate|GenerateCredentialReport|StartQuery|StopQuery|Decrypt)", action)) && !contains(["secretsmanager:GetSecretValue", "ssm:GetParameter", "dynamodb:GetItem"], action)
      ]
    ]))
    error_message = "an auditor changes nothing and reads no secret and no run"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.operator_read.json).Statement : alltrue([
        for action in flatten([statement.Action]) : can(regex("^[a-z0-9-]+:(AdminGet|AdminList|BatchGet|Describe|Get|List|Filter|Scan|Decrypt)", action)) && action != "secretsmanager:GetSecretValue"
      ])
    ])
    error_message = "who reads with qops changes nothing, invokes nothing and sees no secret"
  }

  assert {
    condition = {
      for pair in flatten([
        for document in [data.aws_iam_policy_document.operator, data.aws_iam_policy_document.operator_read, data.aws_iam_policy_document.operator_acts] : [
          for statement in jsondecode(document.json).Statement : [
            for action in flatten([statement.Action]) : { action = action, resources = flatten([statement.Resource]) }
            if contains(["dynamodb:Scan", "kms:CreateGrant", "lambda:InvokeFunction", "s3:GetObject", "s3:GetObjectVersion", "secretsmanager:GetSecretValue", "sqs:ReceiveMessage", "sqs:SendMessage"], action)
          ]
        ]
        ]) : pair.action => toset([
        for arn in pair.resources : replace(replace(replace(arn, "/^arn:aws:[a-z0-9]+:(ap-northeast-2)?:(123456789012)?:/", ""), "qscreen-tfstate-123456789012-ap-northeast-2/platform/", ""), "qscreen-prod-", "")
      ])...
      } == {
      "dynamodb:Scan"         = [toset(["table/devices"])]
      "kms:CreateGrant"       = [toset(["key/*"])]
      "lambda:InvokeFunction" = [toset(["function:migrate:live"]), toset(["function:rotate-*"])]
      "s3:GetObject"          = [toset(["audit-123456789012/*", "prod.audit/*", "prod.tfstate", "prod.tfstate.tflock"])]
      "s3:GetObjectVersion"   = [toset(["audit-123456789012/*", "prod.audit/*", "prod.tfstate", "prod.tfstate.tflock"])]
      "sqs:ReceiveMessage"    = [toset(["audit-dead-letters", "dead-letters", "jobs-dead-letters"])]
      "sqs:SendMessage"       = [toset(["audit", "jobs"])]
    }
    error_message = "an operator sees no pictures, no secrets and no commands, and reaches nothing through a function that takes anybody's word"
  }

  assert {
    condition     = toset([for statement in jsondecode(data.aws_iam_policy_document.operator_acts.json).Statement : statement.Sid if contains(flatten([statement.Action]), "s3:PutObject") && try(statement.Condition.Null["s3:if-none-match"], "") != "false"]) == toset(["WriteState"])
    error_message = "rows of the trail are added, never changed"
  }

  assert {
    condition = toset(flatten([for statement in jsondecode(aws_iam_policy.operator_boundary["operator"].policy).Statement : statement.Action])) == toset(flatten([
      for policy in [aws_iam_policy.operator["operator"], aws_iam_policy.operator["operator-read"], aws_iam_policy.operator_acts["operator"]] : [for statement in jsondecode(policy.policy).Statement : statement.Action]
    ]))
    error_message = "the boundary has the actions of the policies, and no others"
  }

  assert {
    condition = { for statement in jsondecode(data.aws_iam_policy_document.operator.json).Statement : statement.Sid => [statement.Resource, try(statement.Condition, {})] if strcontains(statement.Sid, "Sessions") } == {
      OpenSessions = ["arn:aws:ec2:ap-northeast-2:123456789012:instance/*", {
        StringEquals = { "ssm:resourceTag/Name" = "qscreen-prod-bastion" }
        BoolIfExists = { "ssm:SessionDocumentAccessCheck" = "true" }
      }]
      OpenLoggedSessions = ["arn:aws:ssm:ap-northeast-2:123456789012:document/qscreen-prod-session", {}]
      EndOwnSessions     = ["arn:aws:ssm:ap-northeast-2:123456789012:session/*", { StringLike = { "ssm:resourceTag/aws:ssmmessages:session-id" = "$${aws:userid}" } }]
    }
    error_message = "an operator gets onto the bastion, and in logged sessions only"
  }

  assert {
    condition = flatten([
      for statement in jsondecode(data.aws_iam_policy_document.break_glass.json).Statement : statement.Resource
      if contains(flatten([statement.Action]), "lambda:InvokeFunction")
    ]) == ["arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-prod-rotate-*", "arn:aws:lambda:ap-northeast-2:123456789012:function:qscreen-prod-migrate:live"]
    error_message = "who breaks the glass can rotate, which needs the rotation functions, and bring a restored schema up; it calls nothing else"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(data.aws_iam_policy_document.break_glass.json).Statement : !contains(flatten([statement.Resource]), "*")
    ])
    error_message = "even an emergency is one of this environment"
  }

  assert {
    condition     = length(aws_iam_policy.boundary.policy) <= 6144 && length(aws_iam_policy.operations_boundary.policy) <= 6144 && alltrue([for policy in concat(values(aws_iam_policy.operator), values(aws_iam_policy.operator_acts), values(aws_iam_policy.operator_boundary)) : length(policy.policy) <= 6144])
    error_message = "IAM takes the policies"
  }

  assert {
    condition = length(setintersection(
      toset(flatten([for statement in jsondecode(aws_iam_policy.boundary.policy).Statement : statement.Action if statement.Resource == "*"])),
      toset(["dynamodb:GetItem", "kms:Decrypt", "lambda:InvokeFunction", "s3:GetObject", "s3:PutObject", "secretsmanager:GetSecretValue", "sqs:SendMessage", "ssm:GetParameter", "states:StartExecution", "sts:AssumeRole"]),
    )) == 0
    error_message = "what one environment keeps is out of reach of another's roles"
  }

  assert {
    condition = alltrue(flatten([
      for document in [data.aws_iam_policy_document.operator, data.aws_iam_policy_document.operator_read, data.aws_iam_policy_document.operator_acts, data.aws_iam_policy_document.auditor, data.aws_iam_policy_document.break_glass] : [
        for statement in jsondecode(document.json).Statement :
        alltrue([for alias in flatten([statement.Condition["ForAnyValue:StringEquals"]["kms:ResourceAliases"]]) : startswith(alias, "alias/qscreen-prod-") || alias == "alias/qscreen-tfstate" && try(statement.Condition.StringEquals["kms:ViaService"], "") == "s3.ap-northeast-2.amazonaws.com"])
        if anytrue([for resource in flatten([statement.Resource]) : strcontains(resource, ":key/")])
      ]
    ]))
    error_message = "people use keys of this environment only, and the state's through its bucket"
  }
}

run "longest_names" {
  command = plan

  variables {
    context = {
      environment    = "abcdefgh"
      prefix         = "abcdefgh-abcdefgh"
      parameter_path = "/abcdefgh/abcdefgh"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws"
      guarded        = true
    }
  }

  assert {
    condition     = alltrue([for policy in concat(values(aws_iam_policy.operator), values(aws_iam_policy.operator_acts), values(aws_iam_policy.operator_boundary)) : length(policy.policy) <= 6144])
    error_message = "IAM takes the policies of people under the longest name, which have ${jsonencode([for policy in concat(values(aws_iam_policy.operator), values(aws_iam_policy.operator_acts), values(aws_iam_policy.operator_boundary)) : "${policy.name}: ${length(policy.policy)}"])} characters"
  }
}

run "boundaries_too_long" {
  command = plan

  variables {
    context = {
      environment    = "prod"
      prefix         = "qscreen-prod"
      parameter_path = "/qscreen/prod"
      account_id     = "123456789012"
      region         = "ap-northeast-2"
      partition      = "aws-${join("", [for _ in range(400) : "x"])}"
      guarded        = true
    }
  }

  expect_failures = [aws_iam_policy.boundary, aws_iam_policy.operations_boundary, aws_iam_policy.operator_boundary["operator"]]
}
