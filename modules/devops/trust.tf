locals {
  # Region and account, as they stand in the middle of most ARNs.
  _place = "${var.context.region}:${var.context.account_id}"
}

# Each AWS service assumes its roles only on behalf of this account.
data "aws_iam_policy_document" "trust" {
  for_each = {
    codebuild    = "codebuild.amazonaws.com"
    codedeploy   = "codedeploy.amazonaws.com"
    codepipeline = "codepipeline.amazonaws.com"
    ssm          = "ssm.amazonaws.com"
  }

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [each.value]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }
  }
}
