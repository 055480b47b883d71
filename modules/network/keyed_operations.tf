# A usage plan counts only calls of operations that ask for a key; who may call is decided by the token as
# before. Without such an operation the document stays as it was rendered.
locals {
  _keyed = {
    for path, item in local._document.paths : path => {
      for method, operation in item : method => merge(operation, {
        for part, value in { security = concat(try(operation.security, []), [{ api_key = [] }]) } : part => value
        if contains(var.settings.keyed_operations, "${upper(method)} ${path}")
      })
    }
  }

  _keyed_document = merge(local._document, {
    paths = local._keyed
    components = merge(local._document.components, {
      securitySchemes = merge(local._document.components.securitySchemes, {
        api_key = { type = "apiKey", name = "x-api-key", in = "header" }
      })
    })
  })

  _asking_template = length(var.settings.keyed_operations) == 0 ? local._template : jsonencode(local._keyed_document)
}
