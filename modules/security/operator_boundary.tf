# The operator's three policies are longer than the one that may bound a role. The boundary has their
# actions, all of them and no others, on what carries the environment's name or bears an id that AWS makes.
locals {
  _operator_statements = flatten([
    for document in [data.aws_iam_policy_document.operator, data.aws_iam_policy_document.operator_acts, data.aws_iam_policy_document.operator_read] :
    try(jsondecode(document.json).Statement, [])
  ])
  _operator_actions = {
    for where in ["named", "everywhere"] : where => distinct(sort(flatten([
      for statement in local._operator_statements : statement.Action if(statement.Resource == "*") == (where == "everywhere")
    ])))
  }
  _operator_boundary = jsonencode(jsondecode(data.aws_iam_policy_document.operator_boundary.json))
}

data "aws_iam_policy_document" "operator_boundary" {
  statement {
    actions = local._operator_actions.named
    resources = concat(
      [
        for service in ["backup", "cloudtrail", "codedeploy", "codepipeline", "dynamodb", "elasticache", "lambda", "logs", "rds", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "states", "wafv2"] :
        "${local._arns[service]}:*${var.context.prefix}*"
      ],
      [
        "arn:${var.context.partition}:apigateway:${var.context.region}::/restapis/*",
        "arn:${var.context.partition}:bedrock:${var.context.region}::foundation-model/*",
        "${local._arns.acm}:certificate/*",
        "${local._arns.bedrock}:guardrail/*",
        "${local._arns["cognito-idp"]}:userpool/*",
        "${local._arns.ec2}:instance/*",
        "${local._arns.kms}:key/*",
        "${local._arns.rds}:auto-backup:*",
        "${local._arns.rds}:og:default:*",
        "${local._arns.ssm}:automation-execution/*",
        "${local._arns.ssm}:parameter${var.context.parameter_path}*",
        "${local._arns.ssm}:session/*",
        "${local._iam}:role/${var.context.prefix}-*",
        "${local._s3}-*",
        local._state_bucket,
        "${local._state}.*",
      ],
    )
  }

  statement {
    actions = local._operator_actions.everywhere
    # These have no resource form, or are asked for before a name is known.
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [var.context.region]
    }
  }
}

resource "aws_iam_policy" "operator_boundary" {
  for_each = local._acting

  name        = "${var.context.prefix}-boundary-${each.key}"
  description = "The most that an operator may ever do: the actions of the role's policies"
  policy      = local._operator_boundary

  lifecycle {
    precondition {
      condition     = length(local._operator_boundary) <= 6144
      error_message = "The boundary is longer than the 6144 characters that IAM takes; shorten the operator's lists of actions or the patterns."
    }
  }
}
