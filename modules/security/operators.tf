# Roles of people. Each takes a sign-in with a second factor that is still fresh, for a short session.
# One policy says what a role may do and bounds it at once: whatever is attached to it later adds
# nothing.
locals {
  _operators = {
    operator = {
      description = "Follows runs, reads logs, starts runbooks, stops releases and opens logged sessions; sees no pictures and no secrets"
      mfa_minutes = var.settings.operators.mfa_minutes
      policy      = data.aws_iam_policy_document.operator.json
    }
    auditor = {
      description = "Reads trails, audit records, policies and findings; changes nothing"
      mfa_minutes = var.settings.operators.mfa_minutes
      policy      = data.aws_iam_policy_document.auditor.json
    }
    break-glass = {
      description = "Emergencies: restores, stops, rotates, and takes guards away; every use is to be explained"
      mfa_minutes = min(var.settings.operators.mfa_minutes, 15)
      policy      = data.aws_iam_policy_document.break_glass.json
    }
  }

  # From their parts: key policies name a role before it is made.
  _operator_arns = {
    for name in ["auditor", "break-glass", "operator"] :
    name => "arn:${var.context.partition}:iam::${var.context.account_id}:role/${var.context.prefix}-${name}"
  }
}

data "aws_iam_policy_document" "assume_operator" {
  for_each = local._operators

  statement {
    sid     = "WithFreshSecondFactor"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = lookup(var.settings.operators.trusted, each.key, [local._account_root])
    }

    condition {
      test     = "Bool"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["true"]
    }

    condition {
      test     = "NumericLessThan"
      variable = "aws:MultiFactorAuthAge"
      values   = [each.value.mfa_minutes * 60]
    }
  }
}

resource "aws_iam_policy" "operator" {
  for_each = local._operators

  name        = "${var.context.prefix}-${each.key}"
  description = each.value.description
  policy      = each.value.policy
}

resource "aws_iam_role" "operator" {
  for_each = local._operators

  name                 = "${var.context.prefix}-${each.key}"
  description          = each.value.description
  assume_role_policy   = data.aws_iam_policy_document.assume_operator[each.key].json
  permissions_boundary = aws_iam_policy.operator[each.key].arn
  max_session_duration = var.settings.operators.session_hours * 3600
}

resource "aws_iam_role_policy_attachment" "operator" {
  for_each = local._operators

  role       = aws_iam_role.operator[each.key].name
  policy_arn = aws_iam_policy.operator[each.key].arn
}
