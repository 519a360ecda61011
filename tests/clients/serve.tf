# Three requests to STS, one after the other.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  skip_requesting_account_id = false
}

data "aws_caller_identity" "first" {}

data "aws_caller_identity" "second" {
  depends_on = [data.aws_caller_identity.first]
}

output "arn" {
  value = data.aws_caller_identity.second.arn
}
