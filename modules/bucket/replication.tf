resource "aws_s3_bucket_replication_configuration" "this" {
  count = var.replication == null ? 0 : 1

  bucket = aws_s3_bucket.this.id
  role   = var.replication.role_arn

  rule {
    id       = "everything"
    priority = 0
    status   = "Enabled"

    filter {}

    delete_marker_replication {
      status = "Enabled"
    }

    # Without it S3 leaves out every object that a KMS key encrypts.
    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }

    destination {
      bucket = var.replication.bucket_arn

      encryption_configuration {
        replica_kms_key_id = var.replication.key_arn
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}
