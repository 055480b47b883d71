output "json" {
  description = "The policy: a key's own, or the beginning of it where services use the key for themselves."
  value       = data.aws_iam_policy_document.this.json
}
