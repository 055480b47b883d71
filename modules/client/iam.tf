data "aws_iam_policy_document" "device_assume" {
  statement {
    sid     = "DevicesOfThisPool"
    actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]

    principals {
      type        = "Federated"
      identifiers = ["cognito-identity.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "cognito-identity.amazonaws.com:aud"
      values   = [aws_cognito_identity_pool.this.id]
    }

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "cognito-identity.amazonaws.com:amr"
      values   = ["authenticated"]
    }

    # A session without the tag would have no queue of its own.
    condition {
      test     = "Null"
      variable = "aws:RequestTag/device_id"
      values   = ["false"]
    }

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "aws:TagKeys"
      values   = ["device_id"]
    }
  }
}

resource "aws_iam_role" "device" {
  name                 = "${var.context.prefix}-pool-device"
  description          = "One device's access to its own queue and uploads, by its principal tag device_id"
  assume_role_policy   = data.aws_iam_policy_document.device_assume.json
  permissions_boundary = var.permissions_boundary_arn
  max_session_duration = 3600
}

data "aws_iam_policy_document" "device" {
  statement {
    sid       = "OwnQueue"
    actions   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
    resources = ["${var.device_resources.queue_arn_prefix}$${aws:PrincipalTag/device_id}"]
  }

  statement {
    sid       = "ReadCommands"
    actions   = ["kms:Decrypt"]
    resources = [var.device_resources.queue_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["sqs.${var.context.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "OwnUploads"
    actions   = ["s3:PutObject"]
    resources = ["${var.device_resources.uploads_arn_prefix}$${aws:PrincipalTag/device_id}/*"]
  }

  statement {
    sid       = "EncryptUploads"
    actions   = ["kms:GenerateDataKey"]
    resources = [var.device_resources.uploads_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.context.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "device" {
  name   = "own-queue-and-uploads"
  role   = aws_iam_role.device.id
  policy = data.aws_iam_policy_document.device.json
}

data "aws_iam_policy_document" "person_assume" {
  statement {
    sid     = "PeopleOfThisPool"
    actions = ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]

    principals {
      type        = "Federated"
      identifiers = ["cognito-identity.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "cognito-identity.amazonaws.com:aud"
      values   = [aws_cognito_identity_pool.this.id]
    }

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "cognito-identity.amazonaws.com:amr"
      values   = ["authenticated"]
    }

    condition {
      test     = "ForAllValues:StringEquals"
      variable = "aws:TagKeys"
      values   = ["user"]
    }
  }
}

resource "aws_iam_role" "person" {
  name                 = "${var.context.prefix}-pool-person"
  description          = "What a signed-in person may do without the API: read the client configuration and fetch a release"
  assume_role_policy   = data.aws_iam_policy_document.person_assume.json
  permissions_boundary = var.permissions_boundary_arn
  max_session_duration = 3600
}

data "aws_iam_policy_document" "person" {
  statement {
    sid       = "ReadClientConfiguration"
    actions   = ["ssm:GetParameter"]
    resources = [local._client_parameter_arn]
  }

  statement {
    sid       = "FetchReleases"
    actions   = ["s3:GetObject"]
    resources = ["arn:${var.context.partition}:s3:::${var.context.prefix}-releases-${var.context.account_id}/agent/*"]
  }

  statement {
    sid       = "DecryptReleases"
    actions   = ["kms:Decrypt"]
    resources = [var.artifacts_key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.context.region}.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "person" {
  name   = "read"
  role   = aws_iam_role.person.id
  policy = data.aws_iam_policy_document.person.json
}
