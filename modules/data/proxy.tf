locals {
  _proxies = var.settings.database.proxy == null ? {} : { on = var.settings.database.proxy }
}

data "aws_iam_policy_document" "proxy_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["rds.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }
  }
}

resource "aws_iam_role" "proxy" {
  for_each = local._proxies

  name                 = "${var.context.prefix}-rds-proxy"
  description          = "The database's proxy reads the password of the application user"
  assume_role_policy   = data.aws_iam_policy_document.proxy_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "proxy" {
  statement {
    sid     = "ReadPassword"
    actions = ["secretsmanager:GetSecretValue"]
    # Secrets Manager adds six characters to the name, known only once the secret exists. The
    # administrator's secret has a longer name and does not match.
    resources = ["arn:${var.context.partition}:secretsmanager:${local._account}:secret:${var.context.prefix}/postgres-??????"]
  }

  statement {
    sid       = "DecryptPassword"
    actions   = ["kms:Decrypt"]
    resources = [var.key_arns.secrets]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["secretsmanager.${var.context.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "proxy" {
  for_each = aws_iam_role.proxy

  name   = "read-password"
  role   = each.value.id
  policy = data.aws_iam_policy_document.proxy.json
}

resource "aws_db_proxy" "this" {
  for_each = local._proxies

  name                   = var.context.prefix
  engine_family          = "POSTGRESQL"
  role_arn               = aws_iam_role.proxy[each.key].arn
  require_tls            = true
  idle_client_timeout    = each.value.idle_seconds
  vpc_subnet_ids         = var.isolated_subnet_ids
  vpc_security_group_ids = [var.security_group_ids.database]

  auth {
    auth_scheme               = "SECRETS"
    client_password_auth_type = "POSTGRES_SCRAM_SHA_256"
    description               = "The application user; the administrator goes to the database itself"
    iam_auth                  = "DISABLED"
    secret_arn                = aws_secretsmanager_secret.this["postgres"].arn
  }

  depends_on = [aws_iam_role_policy.proxy]
}

resource "aws_db_proxy_default_target_group" "this" {
  for_each = local._proxies

  db_proxy_name = aws_db_proxy.this[each.key].name

  connection_pool_config {
    connection_borrow_timeout = each.value.borrow_seconds
    max_connections_percent   = each.value.max_connections_percent
  }
}

resource "aws_db_proxy_target" "this" {
  for_each = local._proxies

  db_proxy_name          = aws_db_proxy.this[each.key].name
  target_group_name      = aws_db_proxy_default_target_group.this[each.key].name
  db_instance_identifier = aws_db_instance.this.identifier
}
