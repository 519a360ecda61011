# Asks who it is, as Terraform's AWS provider does when it is configured.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "profile" {
  type    = string
  default = null
}

provider "aws" {
  profile = var.profile
}

data "aws_caller_identity" "current" {}

output "account" {
  value = data.aws_caller_identity.current.account_id
}
