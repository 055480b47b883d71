resource "aws_sns_topic_subscription" "this" {
  for_each = var.settings.subscriptions

  topic_arn = aws_sns_topic.this[each.value.topic].arn
  protocol  = each.value.protocol
  endpoint  = each.value.endpoint
}

# A warning rather than a refusal: addresses of people stand in no file of values, so the first apply may
# come before them.
check "alarms_are_heard" {
  assert {
    condition     = !var.context.guarded || anytrue([for subscription in values(var.settings.subscriptions) : subscription.topic == "alarms"])
    error_message = "Nobody hears the alarms of ${var.context.environment}; give devops.subscriptions an entry for the topic alarms (email, sms, https or sqs), or subscribe to ${var.context.prefix}-alarms by hand."
  }
}

resource "aws_sns_sms_preferences" "this" {
  for_each = var.settings.sms == null ? {} : { account = var.settings.sms }

  default_sms_type    = each.value.type
  default_sender_id   = each.value.sender_id
  monthly_spend_limit = each.value.monthly_spend_usd
}

# Terraform keeps a hash of the credential, not the credential.
resource "aws_sns_platform_application" "this" {
  for_each = { for name, application in var.settings.mobile_push : name => application if contains(nonsensitive(keys(var.push_credentials)), name) }

  name                             = "${var.context.prefix}-${each.key}"
  platform                         = each.value.platform
  platform_credential              = var.push_credentials[each.key].credential
  platform_principal               = var.push_credentials[each.key].principal
  apple_platform_team_id           = each.value.team_id
  apple_platform_bundle_id         = each.value.bundle_id
  event_delivery_failure_topic_arn = aws_sns_topic.this["notifications"].arn
}
