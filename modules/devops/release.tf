resource "aws_ssm_parameter" "release" {
  #checkov:skip=CKV2_AWS_34:version and commit of the release, not a secret (expires 2027-11-23)
  name        = "${var.context.parameter_path}/release"
  description = "What Terraform deployed"
  type        = "String"
  value       = jsonencode(var.release)
}

# Written by the pipeline's last stage; Terraform only makes it.
resource "aws_ssm_parameter" "released_code" {
  #checkov:skip=CKV2_AWS_34:commit and version numbers of functions, not a secret (expires 2027-11-23)
  for_each = local._pipelines

  name        = "${var.context.parameter_path}/released-code"
  description = "What the pipeline released last: commit, and version by function"
  type        = "String"
  value       = jsonencode({ commit = var.release.commit, versions = {} })

  lifecycle {
    ignore_changes = [value]
  }
}
