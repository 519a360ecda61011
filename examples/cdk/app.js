const { App, CliCredentialsStackSynthesizer, Stack } = require("aws-cdk-lib/core");
const { StringParameter } = require("aws-cdk-lib/aws-ssm");

const app = new App();

const stack = new Stack(app, "Example", {
  // The account and the region that account-guard has judged: the CDK asks the credentials which they are.
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  // Deploys with the credentials that were judged, and assumes no role of the bootstrap stack.
  synthesizer: new CliCredentialsStackSynthesizer(),
});

// Stands for what is deployed.
new StringParameter(stack, "Deployed", {
  parameterName: "/example/deployed",
  stringValue: `to ${stack.account}`,
});
