resource "aws_ssm_parameter" "models" {
  #checkov:skip=CKV2_AWS_34:public model ids without secrets (expires 2027-11-23)
  name        = "${var.context.parameter_path}/models"
  description = "Model of each role"
  type        = "String"

  value = jsonencode({
    for role, model in var.models : role => {
      inference_profile_id = model.inference_profile_id
      max_tokens           = model.max_tokens
    }
  })
}
