data "aws_iam_policy_document" "bastion_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "bastion" {
  for_each = local._bastions

  name                 = "${var.context.prefix}-bastion"
  description          = "Lets the bastion talk to Systems Manager"
  assume_role_policy   = data.aws_iam_policy_document.bastion_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

resource "aws_iam_instance_profile" "bastion" {
  for_each = local._bastions

  name = "${var.context.prefix}-bastion"
  role = aws_iam_role.bastion[each.key].name
}

# Less than AmazonSSMManagedInstanceCore, which may read every parameter of the account.
data "aws_iam_policy_document" "bastion" {
  statement {
    sid = "TalkToSystemsManager"
    actions = [
      "ec2messages:AcknowledgeMessage",
      "ec2messages:DeleteMessage",
      "ec2messages:FailMessage",
      "ec2messages:GetEndpoint",
      "ec2messages:GetMessages",
      "ec2messages:SendReply",
      "logs:DescribeLogGroups",
      "ssm:DescribePatchBaselines",
      "ssm:GetDeployablePatchSnapshotForInstance",
      "ssm:GetManifest",
      "ssm:GetPatchBaselineForPatchGroup",
      "ssm:ListAssociations",
      "ssm:PutConfigurePackageResult",
      "ssm:PutInventory",
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]
    # The agent's channels and messages, its patches, its inventory and the search for its log group have no
    # resource form: allowed on a resource they would be refused.
    resources = ["*"]
  }

  statement {
    sid = "ReportHost"
    actions = [
      "ssm:ListInstanceAssociations",
      "ssm:PutComplianceItems",
      "ssm:UpdateInstanceAssociationStatus",
      "ssm:UpdateInstanceInformation",
    ]
    resources = [
      "arn:${var.context.partition}:ec2:${local._place}:instance/*",
      "arn:${var.context.partition}:ssm:${local._place}:association/*",
      "arn:${var.context.partition}:ssm:${local._place}:managed-instance/*",
    ]
  }

  statement {
    sid     = "ReadDocuments"
    actions = ["ssm:DescribeDocument", "ssm:GetDocument"]
    resources = [
      "arn:${var.context.partition}:ssm:${var.context.region}::document/AWS-RunPatchBaseline",
      "arn:${var.context.partition}:ssm:${var.context.region}::document/AWS-UpdateSSMAgent",
      "arn:${var.context.partition}:ssm:${local._place}:document/${var.context.prefix}-session",
    ]
  }

  # Systems Manager's own buckets, from which the agent loads the patch snapshot and itself.
  statement {
    sid     = "LoadPatches"
    actions = ["s3:GetObject"]
    resources = [
      "arn:${var.context.partition}:s3:::aws-ssm-${var.context.region}/*",
      "arn:${var.context.partition}:s3:::patch-baseline-snapshot-${var.context.region}/*",
      "arn:${var.context.partition}:s3:::amazon-ssm-${var.context.region}/*",
    ]
  }

  statement {
    sid       = "LogSessions"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["arn:${var.context.partition}:logs:${local._place}:log-group:${local._session_logs}:*"]
  }
}

resource "aws_iam_role_policy" "bastion" {
  for_each = local._bastions

  name   = "systems-manager"
  role   = aws_iam_role.bastion[each.key].id
  policy = data.aws_iam_policy_document.bastion.json
}
