# API Gateway has one role per account and region to write logs with; a platform cannot own it.
data "aws_iam_policy_document" "api_logs" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["apigateway.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "api_logs" {
  name               = "qscreen-api-gateway-logs"
  description        = "Lets API Gateway write its logs"
  assume_role_policy = data.aws_iam_policy_document.api_logs.json
}

resource "aws_iam_role_policy_attachment" "api_logs" {
  role       = aws_iam_role.api_logs.name
  policy_arn = "arn:${local._partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

resource "aws_api_gateway_account" "this" {
  cloudwatch_role_arn = aws_iam_role.api_logs.arn

  depends_on = [aws_iam_role_policy_attachment.api_logs]
}
