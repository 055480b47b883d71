# Roles of people. Each takes a sign-in with a second factor that is still fresh, for a short session.
# One policy says what a role may do and bounds it at once: whatever is attached to it later adds
# nothing. The operator's rights are three policies, more than IAM takes as one, and have a boundary beside.
locals {
  _operators = {
    operator = {
      description = "Follows runs, reads logs, starts runbooks, stops releases and opens logged sessions; sees no pictures and no secrets"
      mfa_minutes = var.settings.operators.mfa_minutes
      policy      = data.aws_iam_policy_document.operator.json
    }
    operator-read = {
      description = "Asks with qops how the platform is; changes nothing, sees no pictures and no secrets"
      mfa_minutes = var.settings.operators.mfa_minutes
      policy      = data.aws_iam_policy_document.operator_read.json
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

  _people = { for name, person in local._operators : name => person if contains(var.settings.operators.roles, name) }

  # The operator asks what operator-read asks, by the same policy.
  _acting   = { for name, person in local._people : name => person if name == "operator" }
  _policies = { for name, person in local._operators : name => person if contains(keys(local._people), name) || name == "operator-read" && length(local._acting) > 0 }

  # From their parts: key policies name a role before it is made.
  _operator_arns = {
    for name in keys(local._operators) :
    name => "arn:${var.context.partition}:iam::${var.context.account_id}:role/${var.context.prefix}-${name}"
  }
}

data "aws_iam_policy_document" "assume_operator" {
  for_each = local._people

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
  for_each = local._policies

  name        = "${var.context.prefix}-${each.key}"
  description = each.value.description
  policy      = jsonencode(jsondecode(each.value.policy)) # without the spaces, which would count
}

resource "aws_iam_policy" "operator_acts" {
  for_each = local._acting

  name        = "${var.context.prefix}-${each.key}-acts"
  description = "What an operator does with qops: ${join(", ", sort(var.settings.operators.acts))}"
  policy      = jsonencode(jsondecode(data.aws_iam_policy_document.operator_acts.json))
}

resource "aws_iam_role" "operator" {
  for_each = local._people

  name                 = "${var.context.prefix}-${each.key}"
  description          = each.value.description
  assume_role_policy   = data.aws_iam_policy_document.assume_operator[each.key].json
  permissions_boundary = each.key == "operator" ? aws_iam_policy.operator_boundary[each.key].arn : aws_iam_policy.operator[each.key].arn
  max_session_duration = var.settings.operators.session_hours * 3600
}

resource "aws_iam_role_policy_attachment" "operator" {
  for_each = local._people

  role       = aws_iam_role.operator[each.key].name
  policy_arn = aws_iam_policy.operator[each.key].arn
}

resource "aws_iam_role_policy_attachment" "operator_acts" {
  for_each = local._acting

  role       = aws_iam_role.operator[each.key].name
  policy_arn = aws_iam_policy.operator_acts[each.key].arn
}

resource "aws_iam_role_policy_attachment" "operator_reads" {
  for_each = local._acting

  role       = aws_iam_role.operator[each.key].name
  policy_arn = aws_iam_policy.operator["operator-read"].arn
}
