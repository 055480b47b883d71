locals {
  # Every profile that a role may ask, by a name of its own: the role's first choice, then what
  # stands in for it.
  _profiles = merge(flatten([
    for role, model in var.models : [
      for index, id in concat([model.inference_profile_id], model.fallbacks) : {
        (index == 0 ? role : "${role}-fallback-${index}") = { role = role, id = id, regions = model.regions }
      }
    ]
  ])...)

  _bedrock = "arn:${var.context.partition}:bedrock:${var.context.region}:${var.context.account_id}"

  # What is given to Converse as the model: the system's profile, or the platform's own copy of it.
  _asked_ids = {
    for name, profile in local._profiles :
    name => var.settings.application_profiles ? aws_bedrock_inference_profile.role[name].arn : profile.id
  }

  _asked_arns = {
    for name, profile in local._profiles :
    name => var.settings.application_profiles ? aws_bedrock_inference_profile.role[name].arn : "${local._bedrock}:inference-profile/${profile.id}"
  }

  # A global profile also checks the model under an ARN without a region.
  _model_arns = toset(flatten([
    for profile in values(local._profiles) : [
      for region in setunion(profile.regions, startswith(profile.id, "global.") ? [""] : []) :
      "arn:${var.context.partition}:bedrock:${region}::foundation-model/${trimprefix(profile.id, "${split(".", profile.id)[0]}.")}"
    ]
  ]))
}

# A copy of the system's profile under a name and tags of the platform, so that the bill and the
# metrics tell the roles apart, which share models.
resource "aws_bedrock_inference_profile" "role" {
  for_each = var.settings.application_profiles ? local._profiles : {}

  name        = "${var.context.prefix}-${each.key}"
  description = "Model calls of the role ${each.value.role}"

  model_source {
    copy_from = "${local._bedrock}:inference-profile/${each.value.id}"
  }

  tags = { Role = each.value.role }
}

resource "aws_ssm_parameter" "models" {
  #checkov:skip=CKV2_AWS_34:public model ids without secrets (expires 2027-11-23)
  name        = "${var.context.parameter_path}/models"
  description = "Model of each role"
  type        = "String"

  value = jsonencode({
    for role, model in var.models : role => {
      inference_profile_id = local._asked_ids[role]
      model_id             = trimprefix(model.inference_profile_id, "${split(".", model.inference_profile_id)[0]}.")
      max_tokens           = model.max_tokens
      fallbacks            = [for index in range(length(model.fallbacks)) : local._asked_ids["${role}-fallback-${index + 1}"]]
      # What is asked may be the platform's own copy, and only the system's profile has a price.
      system_profiles = concat([model.inference_profile_id], model.fallbacks)
    }
  })
}
