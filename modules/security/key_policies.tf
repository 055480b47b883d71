locals {
  _account_root = "arn:${var.context.partition}:iam::${var.context.account_id}:root"

  # Services that use a key themselves rather than for a caller. The source is always this account.
  _service_use = {
    screenshots = {}
    secrets     = {}
    artifacts   = {}

    # Encrypted queues as targets of rules and topics.
    data = {
      SendToQueues = {
        principals = ["events.amazonaws.com", "sns.amazonaws.com"]
        actions    = ["kms:Decrypt", "kms:GenerateDataKey"]
      }
    }

    logs = {
      # Encrypted topics. EventBridge publishes to them as well, under a statement of its own below.
      PublishToTopics = {
        principals = ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]
        actions    = ["kms:Decrypt", "kms:GenerateDataKey"]
      }
      # Into the bucket of logs, which S3 encrypts with this key for whoever writes:
      # https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html
      DeliverInvocations = {
        principals = ["bedrock.amazonaws.com"]
        actions    = ["kms:GenerateDataKey"]
      }
      # The recorder's own role has no rights on keys:
      # https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html
      DeliverConfiguration = {
        principals = ["config.amazonaws.com"]
        actions    = ["kms:Decrypt", "kms:GenerateDataKey"]
      }
      # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
      DeliverVendedLogs = {
        principals = ["delivery.logs.amazonaws.com"]
        actions    = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
      }
    }
  }
}

module "key_policy" {
  source   = "../key_policy"
  for_each = local._keys

  context  = var.context
  region   = var.context.region
  services = each.value.services
  kind     = each.value.multi_region ? "primary" : "single"
}

data "aws_iam_policy_document" "key" {
  for_each = local._keys

  source_policy_documents = [module.key_policy[each.key].json]

  # In a key policy `*` is the key itself.
  dynamic "statement" {
    for_each = local._service_use[each.key]
    content {
      sid       = statement.key
      actions   = statement.value.actions
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = statement.value.principals
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [var.context.account_id]
      }
    }
  }

  dynamic "statement" {
    for_each = each.key == "logs" ? { on = true } : {}
    content {
      # By the topic: on its way to an encrypted one EventBridge fills in neither account nor source.
      # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
      sid       = "AnnounceEvents"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = ["events.amazonaws.com"]
      }

      condition {
        test     = "ArnLike"
        variable = "kms:EncryptionContext:aws:sns:topicArn"
        values   = ["arn:${var.context.partition}:sns:${var.context.region}:${var.context.account_id}:${var.context.prefix}-*"]
      }
    }
  }

  dynamic "statement" {
    for_each = each.key == "logs" ? { on = true } : {}
    content {
      sid       = "EncryptLogs"
      actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"]
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = ["logs.${var.context.region}.amazonaws.com"]
      }

      condition {
        test     = "ArnLike"
        variable = "kms:EncryptionContext:aws:logs:arn"
        values   = ["arn:${var.context.partition}:logs:${var.context.region}:${var.context.account_id}:log-group:*"]
      }
    }
  }

  dynamic "statement" {
    for_each = each.key == "logs" ? { on = true } : {}
    content {
      # Decrypt is for the trail's topic, which is encrypted as well:
      # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html
      sid       = "EncryptTrails"
      actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
      resources = ["*"]

      principals {
        type        = "Service"
        identifiers = ["cloudtrail.amazonaws.com"]
      }

      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values   = ["arn:${var.context.partition}:cloudtrail:${var.context.region}:${var.context.account_id}:trail/${var.context.prefix}*"]
      }
    }
  }
}
