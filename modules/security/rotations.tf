# A secret that is never changed is known to more people every year. The function makes the new value,
# tries it and only then makes it the current one.
resource "aws_lambda_permission" "rotate" {
  for_each = var.rotations

  statement_id   = "RotateSecret-${each.key}"
  action         = "lambda:InvokeFunction"
  function_name  = each.value.function_name
  principal      = "secretsmanager.amazonaws.com"
  source_account = var.context.account_id
  source_arn     = each.value.secret_arn

  # The permission of a function is not that of its alias.
  qualifier = try(split(":", each.value.function_arn)[7], null)
}

resource "aws_secretsmanager_secret_rotation" "this" {
  #checkov:skip=CKV_AWS_304:the days come with each secret, and a validation keeps them at 90 or fewer (expires 2027-11-23)
  for_each = var.rotations

  secret_id           = each.value.secret_arn
  rotation_lambda_arn = each.value.function_arn

  rotation_rules {
    automatically_after_days = each.value.days
  }

  depends_on = [aws_lambda_permission.rotate]
}
