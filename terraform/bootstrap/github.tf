locals {
  _issuer = "token.actions.githubusercontent.com"
}

# AWS checks GitHub's certificate by its own list of authorities, so no thumbprint is kept here.
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://${local._issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "assume" {
  for_each = merge(
    { plan = ["repo:${var.repository}:pull_request", "repo:${var.repository}:ref:refs/heads/main"] },
    { for name, environment in var.environments : "apply-${name}" => ["repo:${var.repository}:environment:${environment}"] },
  )

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }

    condition {
      test     = "StringEquals"
      variable = "${local._issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local._issuer}:sub"
      values   = each.value
    }
  }
}
