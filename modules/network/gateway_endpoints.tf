locals {
  # Gateway endpoints cost nothing and keep the traffic to storage off the NAT gateways.
  _gateway_services = {
    dynamodb = {
      actions = [
        "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem",
        "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan",
        "dynamodb:UpdateItem",
      ]
      resources = ["arn:${var.context.partition}:dynamodb:${local._place}:table/${var.context.prefix}-*"]
    }
    s3 = {
      actions = [
        "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetBucketAcl",
        "s3:GetBucketLocation", "s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:ListBucket",
        "s3:ListBucketVersions", "s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectTagging",
      ]
      resources = [
        "arn:${var.context.partition}:s3:::${var.context.prefix}-*",
        "arn:${var.context.partition}:s3:::${var.context.prefix}-*/*",
      ]
    }
  }
  _place = "${var.context.region}:${var.context.account_id}"

  # A document that names a resource itself is read anew whenever that resource changes at all;
  # through a local, only when the value does.
  _vpc_id = aws_vpc.this.id
}

data "aws_iam_policy_document" "gateway_endpoint" {
  for_each = local._gateway_services

  statement {
    sid       = "OwnEnvironment"
    actions   = each.value.actions
    resources = each.value.resources

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

  dynamic "statement" {
    for_each = each.key == "s3" ? { packages = true } : {}

    content {
      # Hosts inside the VPC take their packages and patches from buckets of AWS, unsigned.
      sid     = "SystemPackages"
      actions = ["s3:GetObject"]
      resources = [
        "arn:${var.context.partition}:s3:::al2023-repos-${var.context.region}-*/*",
        "arn:${var.context.partition}:s3:::amazon-ssm-${var.context.region}/*",
        "arn:${var.context.partition}:s3:::aws-ssm-${var.context.region}/*",
        "arn:${var.context.partition}:s3:::patch-baseline-snapshot-${var.context.region}/*",
      ]

      principals {
        type        = "AWS"
        identifiers = ["*"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceVpc"
        values   = [local._vpc_id]
      }
    }
  }
}

resource "aws_vpc_endpoint" "gateway" {
  for_each = local._gateway_services

  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${var.context.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for table in aws_route_table.private : table.id]
  policy            = data.aws_iam_policy_document.gateway_endpoint[each.key].json

  tags = { Name = "${var.context.prefix}-${each.key}" }
}
