// Gets its identity as a program with the AWS SDK for JavaScript v3 would: `ask_js.cjs [PROFILE]`.
const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");

const [profile] = process.argv.slice(2);
const client = new STSClient(profile === undefined ? {} : { profile });
client.send(new GetCallerIdentityCommand({})).then((answer) => console.log(answer.Account)).catch((why) => {
  console.error(`${why.name}: ${why.message}`);
  process.exitCode = 1;
});
