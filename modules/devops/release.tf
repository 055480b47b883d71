resource "aws_ssm_parameter" "release" {
  #checkov:skip=CKV2_AWS_34:version and commit of the release, not a secret (expires 2027-11-23)
  name        = "${var.context.parameter_path}/release"
  description = "What is deployed"
  type        = "String"
  value       = jsonencode(var.release)
}
