// Gets the credentials that it would sign with until it has seen three, changes the policy, and continues until it gets
// none: `serve.cjs POLICY FROM TO`. It does not call STS, because the proxy would need another package.
const fs = require("node:fs");
const { setTimeout } = require("node:timers/promises");
const { STSClient } = require("@aws-sdk/client-sts");
const { fromHttp } = require("@aws-sdk/credential-provider-http");

const [policy, before, after] = process.argv.slice(2);
const seen = new Set();

async function main() {
  const { config } = new STSClient({});
  while (seen.size < 3) {
    seen.add((await config.credentials()).accessKeyId); // the SDK renews them in the background
    await setTimeout(50);
  }
  console.log([...seen].join("\n"));
  fs.writeFileSync(policy, fs.readFileSync(policy, "utf8").replace(before, after));
  for (;;) {
    await config.credentials(); // succeeds until the last credentials expire
    await setTimeout(50);
  }
}

main().catch(async (why) => {
  console.log(`${why.name}: ${why.message}`);
  await fromHttp()().catch((refusal) => console.log(`${refusal.Code}: ${refusal.Message}`));
});
