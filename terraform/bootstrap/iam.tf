locals {
  # To whom an apply may hand a role of its environment: the services that the layers give one.
  _role_takers = [
    "apigateway.amazonaws.com",
    "backup.amazonaws.com",
    "bedrock.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "codebuild.amazonaws.com",
    "codedeploy.amazonaws.com",
    "codepipeline.amazonaws.com",
    "cognito-identity.amazonaws.com",
    "cognito-idp.amazonaws.com",
    "comprehend.amazonaws.com",
    "ec2.amazonaws.com",
    "es.amazonaws.com",
    "events.amazonaws.com",
    "lambda.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "opensearchservice.amazonaws.com",
    "rds.amazonaws.com",
    "s3.amazonaws.com",
    "scheduler.amazonaws.com",
    "sns.amazonaws.com",
    "ssm.amazonaws.com",
    "states.amazonaws.com",
    "synthetics.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
  ]

  # Roles that AWS keeps for services which the layers switch on. Their rights are AWS's own, so they need
  # no boundary; reading and tagging them is not among the rights of PowerUserAccess, making them is.
  _service_roles = [
    for service in ["config", "opensearchservice"] :
    "arn:${local._partition}:iam::${local._account_id}:role/aws-service-role/${service}.amazonaws.com/*"
  ]

  # What may bound a role: the boundaries of the layer security, and the policies of people and
  # auditors, each of which bounds its own role.
  _boundaries = {
    for name in keys(var.environments) : name => [
      for policy in ["boundary", "boundary-operations", "boundary-operator", "operator", "operator-read", "auditor", "auditor-*", "break-glass"] :
      "arn:${local._partition}:iam::${local._account_id}:policy/qscreen-${name}-${policy}"
    ]
  }
}

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
      "iam:UpdateRoleDescription",
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
      values   = local._role_takers
    }
  }

  statement {
    sid       = "KeepServiceRoles"
    actions   = ["iam:GetRole", "iam:GetServiceLinkedRoleDeletionStatus", "iam:TagRole", "iam:UntagRole"]
    resources = local._service_roles
  }

  statement {
    sid       = "PassServiceRole"
    actions   = ["iam:PassRole"]
    resources = [for arn in local._service_roles : arn if strcontains(arn, "/config.")]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["config.amazonaws.com"]
    }
  }

  statement {
    sid       = "AttachPolicies"
    actions   = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
    resources = ["arn:${local._partition}:iam::${local._account_id}:role/qscreen-${each.key}-*"]

    condition {
      test     = "ArnLike"
      variable = "iam:PolicyARN"
      values   = ["arn:${local._partition}:iam::${local._account_id}:policy/qscreen-${each.key}-*"]
    }
  }

  statement {
    sid = "KeepInstanceProfiles"
    actions = [
      "iam:AddRoleToInstanceProfile",
      "iam:CreateInstanceProfile",
      "iam:DeleteInstanceProfile",
      "iam:GetInstanceProfile",
      "iam:RemoveRoleFromInstanceProfile",
      "iam:TagInstanceProfile",
      "iam:UntagInstanceProfile",
    ]
    resources = ["arn:${local._partition}:iam::${local._account_id}:instance-profile/qscreen-${each.key}-*"]
  }

  statement {
    sid = "KeepPasswordPolicy"
    actions = [
      "iam:DeleteAccountPasswordPolicy",
      "iam:GetAccountPasswordPolicy",
      "iam:UpdateAccountPasswordPolicy",
    ]
    resources = ["*"] # The account has one, without a name.
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
    actions   = ["iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"]
    resources = ["arn:${local._partition}:iam::${local._account_id}:role/qscreen-${each.key}-*"]

    condition {
      test     = "ArnNotLike"
      variable = "iam:PermissionsBoundary"
      values   = local._boundaries[each.key]
    }
  }
}

resource "aws_iam_role_policy" "apply_iam" {
  for_each = var.environments

  name   = "iam"
  role   = aws_iam_role.apply[each.key].id
  policy = data.aws_iam_policy_document.apply_iam[each.key].json
}
