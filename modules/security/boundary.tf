data "aws_iam_policy_document" "boundary" {
  #checkov:skip=CKV_AWS_107:a boundary grants nothing; it bounds roles whose own policies name their resources (expires 2027-11-23)
  #checkov:skip=CKV_AWS_109:a boundary grants nothing; it bounds roles whose own policies name their resources (expires 2027-11-23)
  #checkov:skip=CKV_AWS_108:a boundary grants nothing; it bounds roles whose own policies name their resources (expires 2027-11-23)
  #checkov:skip=CKV_AWS_111:a boundary grants nothing; it bounds roles whose own policies name their resources (expires 2027-11-23)
  #checkov:skip=CKV_AWS_356:a boundary grants nothing; it bounds roles whose own policies name their resources (expires 2027-11-23)
  # A boundary only bounds: what a role may do is what its own policies *and* this allow. It
  # leaves out IAM, Organizations and every service that the platform does not use.
  statement {
    sid = "PlatformServices"
    actions = [
      "bedrock:ApplyGuardrail",
      "bedrock:InvokeModel",
      "bedrock:InvokeModelWithResponseStream",
      "dynamodb:*Item",
      "dynamodb:Query",
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
      "events:PutEvents",
      "kms:Decrypt",
      "kms:GenerateDataKey",
      "lambda:InvokeFunction",
      "logs:CreateLogDelivery",
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:GetLogEvents",
      "logs:ListLogDeliveries",
      "logs:PutLogEvents",
      "logs:PutResourcePolicy",
      "logs:PutRetentionPolicy",
      "logs:UpdateLogDelivery",
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:PutObject",
      "secretsmanager:GetSecretValue",
      "sqs:*Queue*",
      "sqs:ChangeMessageVisibility",
      "sqs:*Message",
      "sqs:ListMessageMoveTasks",
      "sqs:StartMessageMoveTask",
      "ssm:GetParameter",
      "states:SendTask*",
      "states:StartExecution",
      "sts:AssumeRole",
      "sts:TagSession",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_policy" "boundary" {
  name        = "${var.context.prefix}-boundary"
  description = "The most that a role of the platform may ever do"
  policy      = data.aws_iam_policy_document.boundary.json
}
