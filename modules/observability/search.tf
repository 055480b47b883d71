locals {
  _search            = var.settings.search == null ? {} : { on = var.settings.search }
  _search_name       = "${var.context.prefix}-search"
  _search_arn        = "arn:${var.context.partition}:es:${var.context.region}:${var.context.account_id}:domain/${local._search_name}"
  _search_parameter  = "${var.context.parameter_path}/search"
  _search_log_prefix = "/aws/opensearch/${var.context.prefix}"

  _search_logs = {
    for kind in ["application", "audit", "index-slow", "search-slow"] :
    kind => "${local._search_log_prefix}/${kind}" if var.settings.search != null
  }
}

resource "aws_opensearch_domain" "this" {
  for_each = local._search

  domain_name     = local._search_name
  engine_version  = each.value.engine_version
  access_policies = data.aws_iam_policy_document.search_access.json

  cluster_config {
    instance_type            = each.value.instance_type
    instance_count           = each.value.instances
    zone_awareness_enabled   = each.value.zones > 1
    dedicated_master_enabled = true
    dedicated_master_count   = 3
    dedicated_master_type    = each.value.master_type

    dynamic "zone_awareness_config" {
      for_each = each.value.zones > 1 ? { zones = each.value.zones } : {}
      content {
        availability_zone_count = zone_awareness_config.value
      }
    }
  }

  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = each.value.volume_gb
  }

  vpc_options {
    subnet_ids         = slice(var.search_network.subnet_ids, 0, each.value.zones)
    security_group_ids = [var.search_network.security_group_id]
  }

  encrypt_at_rest {
    enabled    = true
    kms_key_id = var.logs_key_arn
  }

  node_to_node_encryption {
    enabled = true
  }

  # The provider looks at a new domain after ten minutes for the first time, or when its patience
  # ends: an emulator's domain stands at once.
  timeouts {
    create = each.value.patience
    delete = each.value.patience
  }

  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  advanced_security_options {
    enabled                        = true
    internal_user_database_enabled = false

    master_user_options {
      master_user_arn = aws_iam_role.search_admin[each.key].arn
    }
  }

  log_publishing_options {
    enabled                  = true
    log_type                 = "AUDIT_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.search["audit"].arn
  }

  log_publishing_options {
    enabled                  = true
    log_type                 = "ES_APPLICATION_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.search["application"].arn
  }

  log_publishing_options {
    enabled                  = true
    log_type                 = "INDEX_SLOW_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.search["index-slow"].arn
  }

  log_publishing_options {
    enabled                  = true
    log_type                 = "SEARCH_SLOW_LOGS"
    cloudwatch_log_group_arn = aws_cloudwatch_log_group.search["search-slow"].arn
  }

  software_update_options {
    auto_software_update_enabled = true
  }

  depends_on = [aws_cloudwatch_log_resource_policy.search, aws_iam_service_linked_role.search]
}

# Lets OpenSearch put its interfaces into the VPC; there is one for the whole account.
resource "aws_iam_service_linked_role" "search" {
  for_each = { for key, search in local._search : key => search if search.create_service_role }

  aws_service_name = "opensearchservice.amazonaws.com"
  description      = "OpenSearch domains in VPCs"
}

# Who may speak to the domain at all; what each may do there is decided by fine-grained access.
data "aws_iam_policy_document" "search_access" {
  statement {
    sid       = "SpeakToTheDomain"
    actions   = ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"]
    resources = ["${local._search_arn}/*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.context.partition}:iam::${var.context.account_id}:root"]
    }
  }
}

data "aws_iam_policy_document" "search_admin_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${var.context.partition}:iam::${var.context.account_id}:root"]
    }

    condition {
      test     = "Bool"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["true"]
    }
  }
}

# Administers the domain's own roles and indexes; people take it, with their second factor.
resource "aws_iam_role" "search_admin" {
  for_each = local._search

  name                 = "${var.context.prefix}-search-admin"
  description          = "Administers the search domain"
  assume_role_policy   = data.aws_iam_policy_document.search_admin_assume.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "search_admin" {
  statement {
    sid       = "AdministerDomain"
    actions   = ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"]
    resources = ["${local._search_arn}/*"]
  }
}

resource "aws_iam_role_policy" "search_admin" {
  for_each = local._search

  name   = "administer"
  role   = aws_iam_role.search_admin[each.key].id
  policy = data.aws_iam_policy_document.search_admin.json
}

resource "aws_cloudwatch_log_group" "search" {
  for_each = local._search_logs

  name              = each.value
  kms_key_id        = var.logs_key_arn
  retention_in_days = var.settings.search.retention_days
  skip_destroy      = var.context.guarded
}

data "aws_iam_policy_document" "search_logs" {
  statement {
    sid       = "WriteDomainLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${local._logs_arn}:${local._search_log_prefix}/*"]

    principals {
      type        = "Service"
      identifiers = ["es.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.context.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = [local._search_arn]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "search" {
  for_each = local._search

  policy_name     = local._search_name
  policy_document = data.aws_iam_policy_document.search_logs.json
}

resource "aws_ssm_parameter" "search" {
  #checkov:skip=CKV2_AWS_34:an address inside the VPC, without secrets (expires 2027-11-23)
  for_each = local._search

  name        = local._search_parameter
  description = "Address of the search domain"
  type        = "String"
  value       = jsonencode({ endpoint = "https://${aws_opensearch_domain.this[each.key].endpoint}" })
}
