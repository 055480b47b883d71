locals {
  _issuer          = "token.actions.githubusercontent.com"
  _github_provider = var.github_provider_arn == null ? one([for provider in aws_iam_openid_connect_provider.github : provider.arn]) : var.github_provider_arn
}

# AWS checks GitHub's certificate by its own list of authorities, so no thumbprint is kept here.
resource "aws_iam_openid_connect_provider" "github" {
  for_each = var.github_provider_arn == null ? { own = local._issuer } : {}

  url            = "https://${each.value}"
  client_id_list = ["sts.amazonaws.com"]
}

moved {
  from = aws_iam_openid_connect_provider.github
  to   = aws_iam_openid_connect_provider.github["own"]
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
      identifiers = [local._github_provider]
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
