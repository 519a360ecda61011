const { App, CliCredentialsStackSynthesizer, Stack } = require("aws-cdk-lib/core");
const { StringParameter } = require("aws-cdk-lib/aws-ssm");

const app = new App();

const stack = new Stack(app, "Example", {
  // The account and the region of the judged credentials. The CDK sets both variables.
  env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  // Deploys with the judged credentials, and assumes no role of the bootstrap stack.
  synthesizer: new CliCredentialsStackSynthesizer(),
});

// Stands for your resources.
new StringParameter(stack, "Deployed", {
  parameterName: "/example/deployed",
  stringValue: `to ${stack.account}`,
});
