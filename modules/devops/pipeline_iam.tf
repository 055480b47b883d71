resource "aws_iam_role" "pipeline" {
  for_each = local._pipelines

  name                 = "${var.context.prefix}-pipeline"
  description          = "Moves a release from stage to stage"
  assume_role_policy   = data.aws_iam_policy_document.trust["codepipeline"].json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "pipeline" {
  for_each = local._pipelines

  statement {
    sid       = "FindArtifacts"
    actions   = ["s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"]
    resources = [var.artifacts_bucket.arn]
  }

  statement {
    sid       = "KeepArtifacts"
    actions   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
    resources = ["${var.artifacts_bucket.arn}/${local._artifacts_path}/*"]
  }

  statement {
    sid       = "EncryptArtifacts"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arns.artifacts]
  }

  dynamic "statement" {
    for_each = each.value.source_key == null ? {} : { archive = each.value.source_key }
    content {
      sid       = "ReadSource"
      actions   = ["s3:GetObject", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"]
      resources = ["${var.artifacts_bucket.arn}/${statement.value}"]
    }
  }

  dynamic "statement" {
    for_each = each.value.repository == null ? {} : { github = each.value.repository }
    content {
      sid       = "ReadRepository"
      actions   = ["codeconnections:UseConnection", "codestar-connections:UseConnection"]
      resources = [aws_codeconnections_connection.github[each.key].arn, replace(aws_codeconnections_connection.github[each.key].arn, ":codeconnections:", ":codestar-connections:")]

      condition {
        test     = "ForAllValues:StringEquals"
        variable = "codeconnections:FullRepositoryId"
        values   = [statement.value]
      }
    }
  }

  statement {
    sid       = "RunBuilds"
    actions   = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
    resources = [for name in sort(keys(local._builds)) : local._build_arns[name]]
  }

  dynamic "statement" {
    for_each = var.context.guarded ? { on = true } : {}
    content {
      sid       = "AskForApproval"
      actions   = ["sns:Publish"]
      resources = [local._topic_arns["notifications"]]
    }
  }

  dynamic "statement" {
    for_each = var.context.guarded ? { on = true } : {}
    content {
      sid       = "EncryptRequests"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [var.key_arns.logs]
    }
  }
}

resource "aws_iam_role_policy" "pipeline" {
  for_each = local._pipelines

  name   = "stages"
  role   = aws_iam_role.pipeline[each.key].id
  policy = data.aws_iam_policy_document.pipeline[each.key].json
}
