data "aws_iam_policy_document" "flow_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }
  }
}

resource "aws_iam_role" "flow" {
  count = var.settings.flow_logs ? 1 : 0

  name                 = "${var.context.prefix}-flow-logs"
  description          = "Delivers the flow logs of the VPC"
  assume_role_policy   = data.aws_iam_policy_document.flow_assume.json
  permissions_boundary = var.permissions_boundary_arn
}

locals {
  _flow_group_arn = one(aws_cloudwatch_log_group.flow[*].arn)
}

data "aws_iam_policy_document" "flow" {
  count = var.settings.flow_logs ? 1 : 0

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${local._flow_group_arn}:*"]
  }
}

resource "aws_iam_role_policy" "flow" {
  count = var.settings.flow_logs ? 1 : 0

  name   = "deliver"
  role   = aws_iam_role.flow[0].id
  policy = data.aws_iam_policy_document.flow[0].json
}

# Without a condition on the source: API Gateway does not say for which account it assumes the
# role of an authorizer. The role can do nothing but invoke that one function.
data "aws_iam_policy_document" "authorizer_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["apigateway.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "authorizer" {
  name                 = "${var.context.prefix}-api-authorizer"
  description          = "Lets API Gateway invoke the authorizer"
  assume_role_policy   = data.aws_iam_policy_document.authorizer_assume.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "authorizer" {
  statement {
    sid       = "InvokeAuthorizer"
    actions   = ["lambda:InvokeFunction"]
    resources = [var.authorizer_function.alias_arn]
  }
}

resource "aws_iam_role_policy" "authorizer" {
  name   = "invoke"
  role   = aws_iam_role.authorizer.id
  policy = data.aws_iam_policy_document.authorizer.json
}
