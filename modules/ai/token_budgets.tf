locals {
  _budgeted = { for role in sort(keys(var.settings.token_budgets)) : role => var.models[role] }

  # Bedrock counts tokens by model, not by role. Roles with profiles of their own are watched one
  # by one; roles that share a profile can only be watched together, under the sum of their budgets.
  _meters = {
    for role, model in local._budgeted :
    (
      var.settings.application_profiles
      ? role
      : join("-", [for other, candidate in local._budgeted : other if candidate.inference_profile_id == model.inference_profile_id])
    ) => role...
  }

  # Bedrock's metrics name an application profile by the last part of its ARN.
  _metered_ids = {
    for role, model in var.models : role => [
      for name, profile in local._profiles :
      reverse(split("/", local._asked_ids[name]))[0] if profile.role == role
    ]
  }
}
