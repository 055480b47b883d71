# What a function needs to tell the audit of what it was asked for, and to know the sessions that ask.
locals {
  _event_bus_arn = "arn:${var.context.partition}:events:${var.context.region}:${var.context.account_id}:event-bus/${var.context.prefix}"

  _audit_environment = {
    QS_CONFIGURATION_TABLE = var.data.tables.configuration.name
    QS_EVENT_BUS           = var.context.prefix
  }
}

data "aws_iam_policy_document" "tell_audit" {
  statement {
    sid       = "TellAudit"
    actions   = ["events:PutEvents"]
    resources = [local._event_bus_arn]
  }
}

# Of the configuration table the outbox alone: no template, no schedule and no setting of anybody.
data "aws_iam_policy_document" "keep_outbox" {
  for_each = {
    denials = ["dynamodb:PutItem"]
    acts    = ["dynamodb:DeleteItem", "dynamodb:PutItem"]
  }

  statement {
    sid       = "KeepOutbox"
    actions   = each.value
    resources = [var.data.tables.configuration.arn]

    condition {
      test     = "ForAllValues:StringLike"
      variable = "dynamodb:LeadingKeys"
      values   = ["audit#*"]
    }
  }
}

data "aws_iam_policy_document" "attend" {
  source_policy_documents = [
    data.aws_iam_policy_document.tell_audit.json,
    data.aws_iam_policy_document.keep_outbox["acts"].json,
  ]

  statement {
    sid       = "NoteSessions"
    actions   = ["dynamodb:UpdateItem"]
    resources = [var.data.tables.sessions.arn]
  }

  statement {
    sid       = "UseDataKey"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arns.data]
  }
}
