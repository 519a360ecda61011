// Requests a stack as `serverless info` does, with Serverless's own AWS provider. Does not use its command line, which
// takes seconds to load: `ask_serverless.cjs [--aws-profile=NAME] [--stage=NAME]`.
const Provider = require("serverless/lib/plugins/aws/provider");

const options = Object.fromEntries(process.argv.slice(2).map((word) => word.replace(/^--/, "").split("=")));
const service = { provider: { name: "aws" }, service: "oracle" };
const serverless = {
  service,
  config: {},
  processedInput: { options },
  configSchemaHandler: { defineProvider() {} },
  setProvider() {},
  getProvider() {},
  credentialProviders: {},
};
const provider = new Provider(serverless, options);
service.provider.region = provider.getRegion();
provider.request("CloudFormation", "describeStacks", { StackName: "oracle-dev" }).catch((why) => {
  console.error(why.message);
  process.exitCode = 1;
});
