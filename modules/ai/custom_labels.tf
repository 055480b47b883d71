locals {
  _custom_labels = var.settings.custom_labels ? { on = "${var.context.prefix}-ui-elements" } : {}
}

# Elements of user interfaces that the general labels of Rekognition do not know.
resource "aws_rekognition_project" "elements" {
  for_each = local._custom_labels

  name    = each.value
  feature = "CUSTOM_LABELS"
}
