locals {
  _bastions     = var.settings.bastion == null ? {} : { bastion = var.settings.bastion }
  _session_logs = "/aws/ssm/${var.context.prefix}-sessions"
}

# A template rather than an image id: EC2 itself looks up the newest image when the host is made, and
# the running host is not replaced when a newer one appears.
resource "aws_launch_template" "bastion" {
  for_each = local._bastions

  name                   = "${var.context.prefix}-bastion"
  description            = "Image of the bastion"
  image_id               = each.value.image
  update_default_version = true

  # Here rather than in the instance, where Terraform would want to look the image up itself.
  block_device_mappings {
    device_name = each.value.root_device

    ebs {
      encrypted             = "true"
      kms_key_id            = var.key_arns.data
      volume_size           = each.value.volume_gb
      volume_type           = "gp3"
      delete_on_termination = "true"
    }
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
}

# Without address and key: the only way in is Session Manager, which the host calls out to.
resource "aws_instance" "bastion" {
  #checkov:skip=CKV_AWS_8:the volume is encrypted by the launch template, which also names the image (expires 2027-11-23)
  for_each = local._bastions

  instance_type               = each.value.instance_type
  subnet_id                   = var.network.private_subnet_ids[0]
  vpc_security_group_ids      = [var.network.bastion_security_group_id]
  associate_public_ip_address = false
  iam_instance_profile        = aws_iam_instance_profile.bastion[each.key].name
  ebs_optimized               = true
  monitoring                  = true

  launch_template {
    id      = aws_launch_template.bastion[each.key].id
    version = aws_launch_template.bastion[each.key].latest_version
  }

  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  tags = {
    Name       = "${var.context.prefix}-bastion"
    PatchGroup = var.context.prefix
  }

  depends_on = [aws_iam_role_policy.bastion]
}

resource "aws_cloudwatch_log_group" "sessions" {
  for_each = local._bastions

  name              = local._session_logs
  kms_key_id        = var.key_arns.logs
  retention_in_days = var.settings.log_retention_days
  skip_destroy      = var.context.guarded
}

# What somebody does on the bastion is written down. Sessions name this document, and operators' roles
# allow no other; the account's own session preferences stay as they are.
resource "aws_ssm_document" "session" {
  #checkov:skip=CKV_AWS_112:sessions are TLS from end to end; a key on top would have to be open to every operator's own device (expires 2027-11-23)
  for_each = local._bastions

  name            = "${var.context.prefix}-session"
  document_type   = "Session"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "1.0"
    description   = "Logged sessions on the bastion of ${var.context.prefix}"
    sessionType   = "Standard_Stream"
    inputs = {
      cloudWatchLogGroupName      = aws_cloudwatch_log_group.sessions[each.key].name
      cloudWatchEncryptionEnabled = true
      cloudWatchStreamingEnabled  = true
      idleSessionTimeout          = "20"
      maxSessionDuration          = "240"
      runAsEnabled                = false
    }
  })
}
