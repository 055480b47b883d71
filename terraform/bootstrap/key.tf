data "aws_iam_policy_document" "key" {
  #checkov:skip=CKV_AWS_109:a key policy names its own key as *; administration is left to IAM of the account (expires 2027-11-23)
  #checkov:skip=CKV_AWS_111:a key policy names its own key as *; administration is left to IAM of the account (expires 2027-11-23)
  #checkov:skip=CKV_AWS_356:a key policy names its own key as * (expires 2027-11-23)
  # In a key policy `*` is the key itself; the account's root stands for "whoever IAM allows".
  statement {
    sid = "LeaveToIam"
    actions = [
      "kms:Decrypt",
      "kms:Encrypt",
      "kms:GenerateDataKey",
      "kms:ReEncryptFrom",
      "kms:ReEncryptTo",
      "kms:CancelKeyDeletion",
      "kms:CreateAlias",
      "kms:DeleteAlias",
      "kms:DescribeKey",
      "kms:DisableKey",
      "kms:DisableKeyRotation",
      "kms:EnableKey",
      "kms:EnableKeyRotation",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListAliases",
      "kms:ListGrants",
      "kms:ListKeyPolicies",
      "kms:ListKeyRotations",
      "kms:ListResourceTags",
      "kms:PutKeyPolicy",
      "kms:RevokeGrant",
      "kms:RotateKeyOnDemand",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateAlias",
      "kms:UpdateKeyDescription",
    ]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:${local._partition}:iam::${local._account_id}:root"]
    }
  }
}

resource "aws_kms_key" "state" {
  description             = "Terraform state of qscreen"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_alias" "state" {
  name          = "alias/qscreen-tfstate"
  target_key_id = aws_kms_key.state.key_id
}
