// An app without resources, whose state is kept in AWS: SST asks for it before anything else.
export default $config({
  app() {
    const profile = process.env.ORACLE_PROFILE;
    return { name: "oracle", home: "aws", providers: { aws: profile === undefined ? {} : { profile } } };
  },
  async run() {},
});
