locals {
  _arns = {
    for service in [
      "access-analyzer", "acm", "backup", "bedrock", "cloudtrail", "codedeploy", "codepipeline", "cognito-idp", "dynamodb",
      "ec2", "elasticache", "events", "kms", "lambda", "logs", "rds", "scheduler", "secretsmanager",
      "sns", "sqs", "ssm", "states", "wafv2",
    ] :
    service => "arn:${var.context.partition}:${service}:${var.context.region}:${var.context.account_id}"
  }
  _iam = "arn:${var.context.partition}:iam::${var.context.account_id}"
  _s3  = "arn:${var.context.partition}:s3:::${var.context.prefix}"

  # Keys are named by their aliases: an ARN ends in an id that KMS makes.
  _key_arns = ["${local._arns.kms}:key/*"]
  _aliases  = { for purpose in keys(local._keys) : purpose => "alias/${var.context.prefix}-${purpose}" }

  # The layers name their log groups by the service first, then the prefix.
  _log_groups = ["${local._arns.logs}:log-group:*${var.context.prefix}*"]
}

data "aws_iam_policy_document" "operator" {
  statement {
    sid = "SeeState"
    actions = [
      "cloudwatch:DescribeAlarmHistory",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetDashboard",
      "cloudwatch:GetMetricData",
      "cloudwatch:ListDashboards",
      "cloudwatch:ListMetrics",
      "codedeploy:BatchGetDeployments",
      "logs:DescribeLogGroups",
      "logs:GetQueryResults",
      "logs:StopQuery",
      "sqs:ListQueues",
      "ssm:DescribeAutomationExecutions",
      "ssm:ListDocuments",
      "states:ListStateMachines",
      "xray:BatchGetTraces",
      "xray:GetServiceGraph",
      "xray:GetTraceSummaries",
    ]
    # Lists, metrics and traces have no resource form, or are asked for before a name is known.
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [var.context.region]
    }
  }

  statement {
    sid       = "ReadLogs"
    actions   = ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents", "logs:StartQuery"]
    resources = local._log_groups
  }

  statement {
    sid = "FollowRuns"
    actions = [
      "states:DescribeExecution",
      "states:DescribeStateMachine",
      "states:GetExecutionHistory",
      "states:ListExecutions",
      "states:RedriveExecution",
      "states:StopExecution",
    ]
    resources = ["${local._arns.states}:stateMachine:${var.context.prefix}-*", "${local._arns.states}:execution:${var.context.prefix}-*:*"]
  }

  statement {
    sid     = "ReadRuns"
    actions = ["dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query"]
    resources = flatten([
      for table in ["runs", "devices", "commands"] : [
        "${local._arns.dynamodb}:table/${var.context.prefix}-${table}",
        "${local._arns.dynamodb}:table/${var.context.prefix}-${table}/index/*",
      ]
    ])
  }

  statement {
    sid       = "DecryptRuns"
    actions   = ["kms:Decrypt"]
    resources = local._key_arns

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = [local._aliases.data]
    }

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["dynamodb.${var.context.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "SeeQueues"
    actions   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListMessageMoveTasks"]
    resources = ["${local._arns.sqs}:${var.context.prefix}-*"]
  }

  statement {
    sid     = "StartRunbooks"
    actions = ["ssm:DescribeDocument", "ssm:GetAutomationExecution", "ssm:GetDocument", "ssm:StartAutomationExecution", "ssm:StopAutomationExecution"]
    resources = [
      "${local._arns.ssm}:automation-definition/${var.context.prefix}-*:*",
      "${local._arns.ssm}:automation-execution/*",
      "${local._arns.ssm}:document/${var.context.prefix}-*",
    ]
  }

  statement {
    sid       = "LetRunbooksWork"
    actions   = ["iam:PassRole"]
    resources = ["${local._iam}:role/${var.context.prefix}-*"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ssm.amazonaws.com"]
    }
  }

  # On the bastion, and by the document alone whose sessions are logged: with the check of the document
  # nobody falls back to the account's own.
  statement {
    sid       = "OpenSessions"
    actions   = ["ssm:StartSession"]
    resources = ["${local._arns.ec2}:instance/*"]

    condition {
      test     = "StringEquals"
      variable = "ssm:resourceTag/Name"
      values   = ["${var.context.prefix}-bastion"]
    }

    condition {
      test     = "BoolIfExists"
      variable = "ssm:SessionDocumentAccessCheck"
      values   = ["true"]
    }
  }

  statement {
    sid       = "OpenLoggedSessions"
    actions   = ["ssm:StartSession"]
    resources = ["${local._arns.ssm}:document/${var.context.prefix}-session"]
  }

  statement {
    sid       = "EndOwnSessions"
    actions   = ["ssm:ResumeSession", "ssm:TerminateSession"]
    resources = ["${local._arns.ssm}:session/*"]

    condition {
      test     = "StringLike"
      variable = "ssm:resourceTag/aws:ssmmessages:session-id"
      values   = ["$${aws:userid}"]
    }
  }

  statement {
    sid       = "ReadParameters"
    actions   = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
    resources = ["${local._arns.ssm}:parameter${var.context.parameter_path}", "${local._arns.ssm}:parameter${var.context.parameter_path}/*"]
  }

  statement {
    sid = "GuideReleases"
    actions = [
      "codedeploy:GetDeployment",
      "codedeploy:GetDeploymentGroup",
      "codedeploy:ListDeployments",
      "codepipeline:GetPipelineExecution",
      "codepipeline:GetPipelineState",
      "codepipeline:ListPipelineExecutions",
      "codepipeline:PutApprovalResult",
      "codepipeline:RetryStageExecution",
      "codepipeline:StopPipelineExecution",
      "lambda:GetAlias",
      "lambda:GetFunctionConfiguration",
    ]
    resources = [
      "${local._arns.codedeploy}:deploymentgroup:${var.context.prefix}*/*",
      "${local._arns.codepipeline}:${var.context.prefix}*",
      "${local._arns.lambda}:function:${var.context.prefix}-*",
    ]
  }

  # Asked for by a deployment's id, CodeDeploy knows no resource here: any deployment of this region can
  # be stopped. That puts the version of before back.
  statement {
    sid       = "StopReleases"
    actions   = ["codedeploy:StopDeployment"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [var.context.region]
    }
  }

  statement {
    sid = "KeepUsers"
    actions = [
      "cognito-idp:AdminDisableUser",
      "cognito-idp:AdminEnableUser",
      "cognito-idp:AdminGetUser",
      "cognito-idp:AdminListGroupsForUser",
      "cognito-idp:AdminUserGlobalSignOut",
      "cognito-idp:ListUsers",
    ]
    resources = ["${local._arns["cognito-idp"]}:userpool/*"]

    # A pool's ARN ends in an id that AWS makes; its tags say whose it is.
    condition {
      test     = "StringEquals"
      variable = "aws:ResourceTag/Environment"
      values   = [var.context.environment]
    }
  }
}
