locals {
  # Keys carry the archive's digest: a new archive is a new object, and a version that is still live
  # keeps its own.
  _packages = {
    for name, archive in merge({ layer = local._manifest.layer }, { for name in keys(local._functions) : name => local._manifest.functions[name] }) :
    name => {
      path   = "${var.build_dir}/${archive.path}"
      key    = "code/${name}/${sha1(archive.sha256)}.zip"
      sha256 = archive.sha256
    }
  }
}

# Uploaded rather than given to Lambda as files: the provider reads files one function at a time and
# waits for each to become active before it takes the next.
resource "aws_s3_object" "package" {
  for_each = local._packages

  bucket      = var.data.buckets.artifacts.name
  key         = each.value.key
  source      = each.value.path
  source_hash = each.value.sha256
  kms_key_id  = var.key_arns.artifacts
}
