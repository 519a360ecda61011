terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "account_id" {
  description = "ID of the environment's account, as in the policy"
  type        = string
}

# A second check: at plan time, the provider compares the account of the credentials that it uses.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = [var.account_id]
}

data "aws_caller_identity" "current" {}

# Stands for your resources.
resource "aws_ssm_parameter" "deployed" {
  name  = "/example/deployed"
  type  = "String"
  value = "by ${data.aws_caller_identity.current.arn}"
}

output "account" {
  value = data.aws_caller_identity.current.account_id
}
