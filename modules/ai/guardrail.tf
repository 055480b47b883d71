locals {
  # Prompt attacks are filtered on the way in only: Bedrock accepts no output strength for them.
  _filters = {
    HATE          = var.settings.filter_strength
    INSULTS       = var.settings.filter_strength
    MISCONDUCT    = var.settings.filter_strength
    PROMPT_ATTACK = "NONE"
    SEXUAL        = var.settings.filter_strength
    VIOLENCE      = var.settings.filter_strength
  }
}

resource "aws_bedrock_guardrail" "this" {
  name                      = var.context.prefix
  description               = "Screens goals and plans"
  blocked_input_messaging   = var.settings.blocked_input
  blocked_outputs_messaging = var.settings.blocked_output
  kms_key_arn               = var.data_key_arn

  content_policy_config {
    dynamic "filters_config" {
      for_each = local._filters
      content {
        type            = filters_config.key
        input_strength  = var.settings.filter_strength
        output_strength = filters_config.value
      }
    }
  }
}
