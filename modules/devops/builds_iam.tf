resource "aws_iam_role" "build" {
  for_each = local._builds

  name                 = "${var.context.prefix}-build-${each.key}"
  description          = each.value.description
  assume_role_policy   = data.aws_iam_policy_document.trust["codebuild"].json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "build" {
  for_each = local._builds

  source_policy_documents = each.key == "deploy" ? [data.aws_iam_policy_document.deploy.json] : []

  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["arn:${var.context.partition}:logs:${local._place}:log-group:/aws/codebuild/${var.context.prefix}-${each.key}:*"]
  }

  statement {
    sid       = "ExchangeArtifacts"
    actions   = each.key == "test" ? ["s3:GetObject", "s3:GetObjectVersion"] : ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
    resources = ["${var.artifacts_bucket.arn}/${local._artifacts_path}/*"]
  }

  statement {
    sid       = "EncryptArtifacts"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.artifacts]
  }

  dynamic "statement" {
    for_each = each.key == "test" ? { on = true } : {}
    content {
      sid = "ReportTests"
      actions = [
        "codebuild:BatchPutTestCases",
        "codebuild:CreateReport",
        "codebuild:CreateReportGroup",
        "codebuild:UpdateReport",
      ]
      resources = ["arn:${var.context.partition}:codebuild:${local._place}:report-group/${var.context.prefix}-${each.key}-*"]
    }
  }
}

# What `deployment/release.py` calls.
data "aws_iam_policy_document" "deploy" {
  statement {
    sid = "PublishVersions"
    actions = [
      "lambda:GetAlias",
      "lambda:GetFunctionConfiguration",
      "lambda:PublishVersion",
      "lambda:UpdateFunctionCode",
      "lambda:UpdateFunctionConfiguration",
    ]
    resources = flatten([for name in sort(keys(var.functions)) : [var.functions[name].function_arn, "${var.functions[name].function_arn}:*"]])
  }

  statement {
    sid     = "PublishLayer"
    actions = ["lambda:GetLayerVersion", "lambda:PublishLayerVersion"]
    resources = [
      "arn:${var.context.partition}:lambda:${local._place}:layer:${var.context.prefix}-shared",
      "arn:${var.context.partition}:lambda:${local._place}:layer:${var.context.prefix}-shared:*",
    ]
  }

  # Lambda encrypts the environment of a new version on behalf of its caller.
  statement {
    sid       = "EncryptEnvironments"
    actions   = ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.data]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["lambda.${var.context.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "Deploy"
    actions   = ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"]
    resources = [for name in sort(keys(var.functions)) : "arn:${var.context.partition}:codedeploy:${local._place}:deploymentgroup:${local._application}/${var.functions[name].function_name}"]
  }

  statement {
    sid       = "StopDeployments"
    actions   = ["codedeploy:StopDeployment"]
    resources = ["*"] # Asked for by a deployment's id, which has no resource form.

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [var.context.region]
    }
  }

  statement {
    sid       = "RegisterRevisions"
    actions   = ["codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision"]
    resources = ["arn:${var.context.partition}:codedeploy:${local._place}:application:${local._application}"]
  }

  statement {
    sid     = "ReadConfigurations"
    actions = ["codedeploy:GetDeploymentConfig"]
    resources = [
      "arn:${var.context.partition}:codedeploy:${local._place}:deploymentconfig:${local._deployment_config}",
      "arn:${var.context.partition}:codedeploy:${local._place}:deploymentconfig:CodeDeployDefault.LambdaAllAtOnce",
    ]
  }

  statement {
    sid       = "SayWhatIsReleased"
    actions   = ["ssm:PutParameter"]
    resources = ["arn:${var.context.partition}:ssm:${local._place}:parameter${var.context.parameter_path}/released-code"]
  }
}

resource "aws_iam_role_policy" "build" {
  for_each = local._builds

  name   = "build"
  role   = aws_iam_role.build[each.key].id
  policy = data.aws_iam_policy_document.build[each.key].json
}

data "aws_iam_policy_document" "build_in_vpc" {
  statement {
    sid       = "FindPlace"
    actions   = ["ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"]
    resources = ["*"] # EC2's descriptions have no resource form.
  }

  statement {
    sid     = "MakeInterfaces"
    actions = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"]
    resources = concat(
      ["arn:${var.context.partition}:ec2:${local._place}:network-interface/*"],
      ["arn:${var.context.partition}:ec2:${local._place}:security-group/${var.network.build_security_group_id}"],
      [for id in var.network.private_subnet_ids : "arn:${var.context.partition}:ec2:${local._place}:subnet/${id}"],
    )
  }

  statement {
    sid       = "LendInterfaces"
    actions   = ["ec2:CreateNetworkInterfacePermission"]
    resources = ["arn:${var.context.partition}:ec2:${local._place}:network-interface/*"]

    condition {
      test     = "StringEquals"
      variable = "ec2:AuthorizedService"
      values   = ["codebuild.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "ec2:Subnet"
      values   = [for id in var.network.private_subnet_ids : "arn:${var.context.partition}:ec2:${local._place}:subnet/${id}"]
    }
  }
}

resource "aws_iam_role_policy" "build_in_vpc" {
  for_each = try(var.settings.pipeline.in_vpc, false) ? local._builds : {}

  name   = "vpc"
  role   = aws_iam_role.build[each.key].id
  policy = data.aws_iam_policy_document.build_in_vpc.json
}
