data "aws_iam_policy_document" "apply_iam" {
  for_each = var.environments

  statement {
    sid = "KeepRoles"
    actions = [
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:ListRoleTags",
      "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
    ]
    resources = ["arn:${local._partition}:iam::${local._account_id}:role/qscreen-${each.key}-*"]
  }

  statement {
    sid       = "PassRoles"
    actions   = ["iam:PassRole"]
    resources = ["arn:${local._partition}:iam::${local._account_id}:role/qscreen-${each.key}-*"]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values = [
        "apigateway.amazonaws.com",
        "lambda.amazonaws.com",
        "monitoring.rds.amazonaws.com",
        "ssm.amazonaws.com",
        "states.amazonaws.com",
        "vpc-flow-logs.amazonaws.com",
      ]
    }
  }

  statement {
    sid = "KeepBoundary"
    actions = [
      "iam:CreatePolicy",
      "iam:CreatePolicyVersion",
      "iam:DeletePolicy",
      "iam:DeletePolicyVersion",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:ListPolicyVersions",
      "iam:TagPolicy",
      "iam:UntagPolicy",
    ]
    resources = ["arn:${local._partition}:iam::${local._account_id}:policy/qscreen-${each.key}-*"]
  }

  # A role made without the boundary could be given any right.
  statement {
    sid       = "NoRoleWithoutBoundary"
    effect    = "Deny"
    actions   = ["iam:CreateRole", "iam:PutRolePolicy"]
    resources = ["arn:${local._partition}:iam::${local._account_id}:role/qscreen-${each.key}-*"]

    condition {
      test     = "StringNotEquals"
      variable = "iam:PermissionsBoundary"
      values   = ["arn:${local._partition}:iam::${local._account_id}:policy/qscreen-${each.key}-boundary"]
    }
  }
}

resource "aws_iam_role_policy" "apply_iam" {
  for_each = var.environments

  name   = "iam"
  role   = aws_iam_role.apply[each.key].id
  policy = data.aws_iam_policy_document.apply_iam[each.key].json
}
