data "aws_iam_policy_document" "read_state" {
  statement {
    sid       = "FindState"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.state.arn]
  }

  statement {
    sid       = "ReadState"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.state.arn}/platform/*"]
  }

  statement {
    sid       = "Lock"
    actions   = ["s3:DeleteObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.state.arn}/platform/*.tflock"]
  }

  statement {
    sid       = "UseKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.state.arn]
  }
}

resource "aws_iam_role" "plan" {
  name                 = "qscreen-plan"
  description          = "Reads everything, changes nothing; for pull requests and drift checks"
  assume_role_policy   = data.aws_iam_policy_document.assume["plan"].json
  max_session_duration = 3600
}

resource "aws_iam_role_policy" "plan" {
  name   = "state"
  role   = aws_iam_role.plan.id
  policy = data.aws_iam_policy_document.read_state.json
}

resource "aws_iam_role_policy_attachment" "plan" {
  role       = aws_iam_role.plan.name
  policy_arn = "arn:${local._partition}:iam::aws:policy/job-function/ViewOnlyAccess"
}

resource "aws_iam_role_policy_attachment" "plan_security" {
  role       = aws_iam_role.plan.name
  policy_arn = "arn:${local._partition}:iam::aws:policy/SecurityAudit"
}

data "aws_iam_policy_document" "plan_refresh" {
  # What a refresh reads beyond the two managed policies; the state of a plan needs no secrets.
  statement {
    sid       = "MakePassword"
    actions   = ["secretsmanager:GetRandomPassword"]
    resources = ["*"] # The operation has no resource form.
  }

  statement {
    sid       = "ReadParameters"
    actions   = ["ssm:GetParameter", "ssm:GetParameters"]
    resources = ["arn:${local._partition}:ssm:*:${local._account_id}:parameter/qscreen/*"]
  }

  statement {
    sid       = "ReadApi"
    actions   = ["apigateway:GET"]
    resources = ["arn:${local._partition}:apigateway:*::/restapis/*", "arn:${local._partition}:apigateway:*::/restapis"]
  }
}

resource "aws_iam_role_policy" "plan_refresh" {
  name   = "refresh"
  role   = aws_iam_role.plan.id
  policy = data.aws_iam_policy_document.plan_refresh.json
}

data "aws_iam_policy_document" "write_state" {
  for_each = var.environments

  source_policy_documents = [data.aws_iam_policy_document.read_state.json]

  statement {
    sid       = "WriteState"
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.state.arn}/platform/${each.key}.tfstate"]
  }
}

resource "aws_iam_role" "apply" {
  for_each = var.environments

  name                 = "qscreen-apply-${each.key}"
  description          = "Applies the platform's environment ${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.assume["apply-${each.key}"].json
  max_session_duration = 7200
}

resource "aws_iam_role_policy" "apply_state" {
  for_each = var.environments

  name   = "state"
  role   = aws_iam_role.apply[each.key].id
  policy = data.aws_iam_policy_document.write_state[each.key].json
}

# Services without IAM; IAM itself is in `iam.tf`, limited to the platform's own names.
resource "aws_iam_role_policy_attachment" "apply" {
  for_each = var.environments

  role       = aws_iam_role.apply[each.key].name
  policy_arn = "arn:${local._partition}:iam::aws:policy/PowerUserAccess"
}
