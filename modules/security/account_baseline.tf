# What holds for the whole account. Two environments may share one, so each of these is off until one
# environment of the account is told to keep it.

resource "aws_iam_account_password_policy" "this" {
  count = var.settings.account.password_policy ? 1 : 0

  minimum_password_length        = 16
  password_reuse_prevention      = 24
  max_password_age               = 90
  allow_users_to_change_password = true
  hard_expiry                    = false
  require_lowercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  require_uppercase_characters   = true
}

resource "aws_ebs_encryption_by_default" "this" {
  count = var.settings.account.ebs_encryption ? 1 : 0

  enabled = true
}

# Resources that somebody outside the account can reach.
resource "aws_accessanalyzer_analyzer" "this" {
  count = var.settings.account.access_analyzer ? 1 : 0

  analyzer_name = var.context.prefix
  type          = "ACCOUNT"
}
