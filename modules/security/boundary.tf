locals {
  _account = "*:${var.context.account_id}"

  # Without the spaces, which would count.
  _boundary            = jsonencode(jsondecode(data.aws_iam_policy_document.boundary.json))
  _operations_boundary = jsonencode(jsondecode(data.aws_iam_policy_document.operations_boundary.json))

  # What carries the environment's name, here and in the recovery region: two environments of one
  # account cannot reach each other through their roles.
  _own_resources = [
    "arn:${var.context.partition}:dynamodb:${local._account}:table/${var.context.prefix}-*",
    "arn:${var.context.partition}:kms:${local._account}:key/*",
    "arn:${var.context.partition}:lambda:${local._account}:function:${var.context.prefix}-*",
    "arn:${var.context.partition}:logs:${local._account}:*",
    "arn:${var.context.partition}:s3:::${var.context.prefix}-*",
    "arn:${var.context.partition}:secretsmanager:${local._account}:secret:${var.context.prefix}/*",
    "arn:${var.context.partition}:sns:${local._account}:${var.context.prefix}*",
    "arn:${var.context.partition}:sqs:${local._account}:${var.context.prefix}-*",
    "arn:${var.context.partition}:ssm:${local._account}:parameter${var.context.parameter_path}/*",
    "arn:${var.context.partition}:states:${local._account}:*:${var.context.prefix}-*",
  ]
}

data "aws_iam_policy_document" "boundary" {
  # A boundary only bounds: what a role may do is what its own policies *and* this allow. It
  # leaves out IAM, Organizations and every service that the platform does not use. IAM takes at
  # most 6144 characters, and a role has one boundary: hence two of them, and no more actions than
  # the roles need.
  statement {
    actions = [
      "apigateway:DELETE",
      "apigateway:GET",
      "apigateway:POST",
      "bedrock:ApplyGuardrail",
      "bedrock:GetFoundationModel",
      "bedrock:InvokeModel",
      "bedrock:InvokeModelWithResponseStream",
      "comprehend:ClassifyDocument",
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:Scan",
      "dynamodb:UpdateItem",
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:UnassignPrivateIpAddresses",
      "elasticache:DescribeUsers",
      "elasticache:ModifyUser",
      "es:ESHttpDelete",
      "es:ESHttpGet",
      "es:ESHttpHead",
      "es:ESHttpPost",
      "es:ESHttpPut",
      "events:PutEvents",
      "iam:PassRole",
      "kms:CreateGrant",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "lambda:InvokeFunction",
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:DescribeLogStreams",
      "logs:PutLogEvents",
      "rekognition:DetectCustomLabels",
      "s3:DeleteObject",
      "s3:DeleteObjectVersion",
      "s3:GetBucketLocation",
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:ListBucket",
      "s3:ListBucketVersions",
      "s3:PutObject",
      "scheduler:CreateSchedule",
      "scheduler:DeleteSchedule",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "secretsmanager:ListSecretVersionIds",
      "secretsmanager:PutSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
      "sns:Publish",
      "sqs:ChangeMessageVisibility",
      "sqs:CreateQueue",
      "sqs:DeleteMessage",
      "sqs:DeleteQueue",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:ReceiveMessage",
      "sqs:SendMessage",
      "sqs:TagQueue",
      "ssm:GetParameter",
      "states:DescribeExecution",
      "states:ListExecutions",
      "states:StartExecution",
      "states:StartSyncExecution",
      "states:StopExecution",
      "sts:AssumeRole",
      "sts:TagSession",
    ]
    resources = concat(local._own_resources, [
      "arn:${var.context.partition}:apigateway:*::/apikeys*",
      "arn:${var.context.partition}:apigateway:*::/usageplans*",
      "arn:${var.context.partition}:bedrock:*::foundation-model/*",
      "arn:${var.context.partition}:bedrock:${local._account}:*",
      "arn:${var.context.partition}:comprehend:${local._account}:document-classifier-endpoint/${var.context.prefix}*",
      "arn:${var.context.partition}:ec2:${local._account}:*/*",
      "arn:${var.context.partition}:elasticache:${local._account}:user:${var.context.prefix}*",
      "arn:${var.context.partition}:es:${local._account}:domain/${var.context.prefix}*",
      "arn:${var.context.partition}:events:${local._account}:event-bus/${var.context.prefix}*",
      "arn:${var.context.partition}:iam::${var.context.account_id}:role/${var.context.prefix}-*",
      "arn:${var.context.partition}:rekognition:${local._account}:project/${var.context.prefix}*",
      "arn:${var.context.partition}:scheduler:${local._account}:schedule/${var.context.prefix}*",
    ])
  }

  statement {
    actions = [
      "cloudwatch:PutMetricData",
      "comprehend:DetectDominantLanguage",
      "comprehend:DetectEntities",
      "comprehend:DetectKeyPhrases",
      "comprehend:DetectPiiEntities",
      "comprehend:DetectSentiment",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
      "rekognition:DetectLabels",
      "rekognition:DetectText",
      "s3:ListAllMyBuckets",
      "states:SendTaskFailure",
      "states:SendTaskHeartbeat",
      "states:SendTaskSuccess",
      "textract:AnalyzeDocument",
      "textract:DetectDocumentText",
      "textract:GetDocumentAnalysis",
      "textract:GetDocumentTextDetection",
      "textract:StartDocumentAnalysis",
      "textract:StartDocumentTextDetection",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:PutTelemetryRecords",
      "xray:PutTraceSegments",
    ]
    # These have no resource form; where the environment is, they are bounded to.
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = compact([var.context.region, var.context.recovery_region])
    }
  }
}

resource "aws_iam_policy" "boundary" {
  name        = "${var.context.prefix}-boundary"
  description = "The most that a role of the platform's work may ever do"
  policy      = local._boundary

  lifecycle {
    precondition {
      condition     = length(local._boundary) <= 6144
      error_message = "The boundary is longer than the 6144 characters that IAM takes; shorten its lists of actions or patterns."
    }
  }
}
