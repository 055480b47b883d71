resource "aws_ssm_patch_baseline" "bastion" {
  for_each = local._bastions

  name                              = "${var.context.prefix}-bastion"
  description                       = "Security patches of the bastion, once they have been out for some days"
  operating_system                  = "AMAZON_LINUX_2023"
  approved_patches_compliance_level = "HIGH"
  rejected_patches_action           = "BLOCK"

  approval_rule {
    approve_after_days = each.value.approve_days
    compliance_level   = "HIGH"

    patch_filter {
      key    = "CLASSIFICATION"
      values = ["Security", "Bugfix"]
    }

    patch_filter {
      key    = "SEVERITY"
      values = ["Critical", "Important", "Medium"]
    }
  }
}

resource "aws_ssm_patch_group" "bastion" {
  for_each = local._bastions

  baseline_id = aws_ssm_patch_baseline.bastion[each.key].id
  patch_group = var.context.prefix
}

resource "aws_ssm_maintenance_window" "bastion" {
  for_each = local._bastions

  name                       = "${var.context.prefix}-bastion"
  description                = "When the bastion is patched"
  schedule                   = each.value.patch_schedule
  schedule_timezone          = each.value.patch_timezone
  duration                   = 2
  cutoff                     = 1
  allow_unassociated_targets = false
}

resource "aws_ssm_maintenance_window_target" "bastion" {
  for_each = local._bastions

  window_id     = aws_ssm_maintenance_window.bastion[each.key].id
  name          = "${var.context.prefix}-bastion"
  description   = "Hosts of the patch group"
  resource_type = "INSTANCE"

  targets {
    key    = "tag:PatchGroup"
    values = [var.context.prefix]
  }
}

locals {
  # The agent first: a patch is no better than what installs it.
  _maintenance = {
    agent = { priority = 1, document = "AWS-UpdateSSMAgent", parameters = {} }
    patch = { priority = 2, document = "AWS-RunPatchBaseline", parameters = { Operation = ["Install"], RebootOption = ["RebootIfNeeded"] } }
  }
}

resource "aws_ssm_maintenance_window_task" "bastion" {
  for_each = var.settings.bastion == null ? {} : local._maintenance

  window_id       = aws_ssm_maintenance_window.bastion["bastion"].id
  name            = "${var.context.prefix}-${each.key}"
  description     = "Runs ${each.value.document}"
  task_type       = "RUN_COMMAND"
  task_arn        = each.value.document
  priority        = each.value.priority
  max_concurrency = "1"
  max_errors      = "1"
  cutoff_behavior = "CONTINUE_TASK"

  targets {
    key    = "WindowTargetIds"
    values = [aws_ssm_maintenance_window_target.bastion["bastion"].id]
  }

  task_invocation_parameters {
    run_command_parameters {
      comment         = each.value.document
      timeout_seconds = 3600

      cloudwatch_config {
        cloudwatch_output_enabled = true
        cloudwatch_log_group_name = aws_cloudwatch_log_group.sessions["bastion"].name
      }

      dynamic "parameter" {
        for_each = each.value.parameters
        content {
          name   = parameter.key
          values = parameter.value
        }
      }
    }
  }
}
