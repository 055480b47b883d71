locals {
  # Gateway endpoints cost nothing and keep the traffic to storage off the NAT gateways.
  _gateway_services = {
    dynamodb = ["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    s3       = ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]
  }
}

data "aws_iam_policy_document" "endpoint" {
  for_each = local._gateway_services

  statement {
    sid     = "OwnAccount"
    actions = each.value
    # Which tables and buckets a caller may use is decided by its own policy; this one keeps
    # principals of other accounts out.
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalAccount"
      values   = [var.context.account_id]
    }
  }
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = local._gateway_services

  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.context.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = concat([aws_route_table.isolated.id], [for table in aws_route_table.private : table.id])
  policy            = data.aws_iam_policy_document.endpoint[each.key].json

  tags = { Name = "${var.context.prefix}-${each.key}" }
}
