"""Set-ups for homes, paths, blank variables, and for variables and files of single tools."""

from itertools import product
from json import dumps

from setups import BASE, CONTAINER, ENV_KEYS, NO_METADATA, REGION, ROLE_WEB, WEB, files, pair, role, session, setup, sso
from spellings import DEFAULT

DEV = {"AWS_PROFILE": "dev"}
NAMED_CONFIG = "[profile dev]\n" + pair("config-dev")
ELSEWHERE = {"of-passwd/.aws/credentials": "[default]\n" + pair("credentials-of-passwd")}
AT_WORK = {"work/.aws/credentials": "[default]\n" + pair("credentials-at-work")}
PROFILE_HOME = {"user/.aws/credentials": "[default]\n" + pair("credentials-of-user")}
USER = {"USERPROFILE": "{home}/user"}


def homes():
    all_of_them = ELSEWHERE | AT_WORK | PROFILE_HOME
    rows = {
        "HOME blank": ({"HOME": ""}, ()),
        "HOME unset": ({}, ("HOME",)),
        "HOME blank, USERPROFILE": ({"HOME": ""} | USER, ()),
        "HOME unset, USERPROFILE": (USER, ("HOME",)),
        "HOME and USERPROFILE": (USER, ()),
        "HOME relative": ({"HOME": "."}, ()),
        "HOME absent": ({"HOME": "{home}/nowhere"}, ()),
        "HOME of a tilde": ({"HOME": "~"}, ()),
        "HOME unset, HOMEDRIVE and HOMEPATH": ({"HOMEDRIVE": "{home}", "HOMEPATH": "/user"}, ("HOME",)),
    }
    for name, (variables, unset) in rows.items():
        more = {"unset": list(unset)} if unset else {}
        yield setup(f"home {name}", REGION | variables, None, DEFAULT, files=all_of_them, cwd="work", **more)
    for name in ("HOME blank", "HOME unset"):
        variables, unset = rows[name]
        more = {"unset": list(unset)} if unset else {}
        yield setup(
            f"home {name}, no file at work", REGION | variables, None, DEFAULT, files=ELSEWHERE, cwd="work", **more
        )
        yield setup(f"home {name}, env keys", REGION | ENV_KEYS | variables, None, DEFAULT, cwd="work", **more)


def paths():
    other = {
        "other-credentials": "[dev]\n" + pair("credentials-other"),
        "other-config": "[profile dev]\n" + pair("config-other"),
        "work/other-credentials": "[dev]\n" + pair("credentials-work"),
        "work/other-config": "[profile dev]\n" + pair("config-work"),
    }
    texts = (NAMED_CONFIG, "[dev]\nregion = eu-central-1\n" + DEFAULT)
    spelled = (
        "~/{}",
        "$HOME/{}",
        "${HOME}/{}",
        "{}",
        "./{}",
        "{home}/../{}",
        "~root/{}",
        '"{home}/{}"',
        "{home}/{} ",
        "%HOME%/{}",
    )
    for variable, name in (("AWS_CONFIG_FILE", "other-config"), ("AWS_SHARED_CREDENTIALS_FILE", "other-credentials")):
        for path in spelled:
            value = path.replace("{}", name)
            yield setup(f"path {variable}={value}", REGION | DEV | {variable: value}, *texts, files=other, cwd="work")
    yield setup("path AWS_CONFIG_FILE of a directory", REGION | DEV | {"AWS_CONFIG_FILE": "{home}"}, *texts)
    load = {name: REGION | {"AWS_SDK_LOAD_CONFIG": value} for name, value in {"1": "1", "0": "0", "blank": ""}.items()}
    roles = files("dev", "role-source-static")
    for name, variables in load.items():
        yield setup(f"AWS_SDK_LOAD_CONFIG {name}, config keys", variables | DEV, NAMED_CONFIG, DEFAULT)
        yield setup(f"AWS_SDK_LOAD_CONFIG {name}, role", variables | DEV, *roles)
        yield setup(f"AWS_SDK_LOAD_CONFIG {name}, no config", variables, None, DEFAULT)
        yield setup(f"AWS_SDK_LOAD_CONFIG {name}, default sso", variables, *files("default", "sso"))
        yield setup(f"AWS_SDK_LOAD_CONFIG {name}, AWS_PROFILE process", variables | DEV, *files("dev", "process"))
    yield setup("AWS_SDK_LOAD_CONFIG 1, default process", load["1"], *files("default", "process"))
    yield setup("AWS_SDK_LOAD_CONFIG 1, both files", load["1"] | DEV, *files("dev", "static-both"))
    twice = "[default]\n" + pair("config-default") + "[profile default]\n" + pair("config-profile-default")
    yield setup("AWS_SDK_LOAD_CONFIG 1, [default] and [profile default]", load["1"], twice, DEFAULT)
    named = {"AWS_SHARED_CREDENTIALS_FILE": "{home}/other-credentials"}
    for name, variables in {"": REGION, ", AWS_SDK_LOAD_CONFIG": load["1"]}.items():
        there = (
            "[default]\n" + pair("credentials-other") + "[dev]\n" + role("deploy") + "source_profile = base\n[base]\n"
        )
        more = {"other-credentials": there + pair("credentials-other-base")}
        for chosen in ({}, DEV):
            how = "AWS_PROFILE role" if chosen else "default"
            yield setup(
                f"AWS_SHARED_CREDENTIALS_FILE{name}, {how}", variables | named | chosen, "", DEFAULT + BASE, files=more
            )


def blanks():
    names = [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_SESSION_TOKEN",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_SDK_LOAD_CONFIG",
        "AWS_ROLE_SESSION_NAME",
    ]
    config, credentials = "[default]\nregion = eu-north-1\n" + NAMED_CONFIG, DEFAULT
    for name in names:
        yield setup(f"blank {name}, over files", REGION | {name: ""}, config, credentials)
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        yield setup(f"blank {name}, over env keys", REGION | ENV_KEYS | {name: ""}, config, credentials)
    all_of_them = dict.fromkeys(names[:-1], "")
    yield setup("blank all, over files", all_of_them, config, credentials)
    yield setup("blank both regions, over the machine's", ENV_KEYS | {"AWS_REGION": "", "AWS_DEFAULT_REGION": ""})
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        variables = ENV_KEYS | {name: "eu-west-1"}
        yield setup(f"region only {name}, with the machine's", variables)
        yield setup(f"region only {name}, with the machine's and default's", variables, config)
        yield setup(f"region only {name}, keys of default", {name: "eu-west-1"}, None, credentials)
        yield setup(
            f"region only {name}, AWS_PROFILE", {name: "eu-west-1"} | DEV, NAMED_CONFIG + "region = eu-central-1\n"
        )
    yield setup("region blank in the profile", NO_METADATA | DEV, NAMED_CONFIG + "region =\n", DEFAULT)
    yield setup("region with blanks", NO_METADATA | ENV_KEYS | {"AWS_REGION": " eu-west-1 "})
    yield setup("region in capitals", NO_METADATA | ENV_KEYS | {"AWS_REGION": "EU-WEST-1"})


def roles():
    sources = (
        "environment",
        "ENVIRONMENT",
        "Environment ",
        "ec2instancemetadata",
        "EC2InstanceMetadata",
        "ecscontainer",
        "Other",
    )
    for source in sources:
        config = "[profile dev]\n" + role("deploy") + f"credential_source = {source}\n"
        variables = REGION | DEV | (CONTAINER if source == "ecscontainer" else {})
        yield setup(f"credential_source {source!r}", variables, config, DEFAULT)
    dev = "[profile dev]\n"
    process, login = "credential_process = {home}/vend dev\n", "login_session = me\n"
    rows = {
        "web beside source_profile": (dev + ROLE_WEB + "source_profile = base\n", BASE),
        "web beside credential_source": (dev + ROLE_WEB + "credential_source = Ec2InstanceMetadata\n", ""),
        "source_profile without role_arn": (dev + "source_profile = base\n", BASE),
        "credential_source without role_arn": (dev + "credential_source = Ec2InstanceMetadata\n", ""),
        "source_profile of itself, no keys": (dev + role("deploy") + "source_profile = dev\n", ""),
        "source_profile in a circle": (
            dev
            + role("deploy")
            + "source_profile = other\n[profile other]\n"
            + role("other")
            + "source_profile = dev\n",
            "",
        ),
        "web beside sso": (dev + ROLE_WEB + sso("corp") + session("corp"), ""),
        "web beside process": (dev + ROLE_WEB + process, ""),
        "process beside login": (dev + process + login, ""),
        "role of a process of its own": (dev + role("deploy") + process, ""),
        "role of an sso of its own": (dev + role("deploy") + sso("corp") + session("corp"), ""),
        "static pair and half a pair": (dev + pair("config-dev"), "[dev]\naws_secret_access_key = other\n"),
        "source has a role and keys": (
            dev
            + role("deploy")
            + "source_profile = middle\n[profile middle]\n"
            + role("middle")
            + "source_profile = base\n",
            "[middle]\n" + pair("credentials-middle") + BASE,
        ),
        "source_profile with two words": (
            dev + role("deploy") + "source_profile = my base\n[profile my base]\n" + pair("config-base"),
            "",
        ),
        "source only in config, bare": (
            dev + role("deploy") + "source_profile = base\n[base]\n" + pair("config-base"),
            "",
        ),
    }
    for name, (config, credentials) in rows.items():
        yield setup(f"role {name}", REGION | DEV, config, credentials + DEFAULT)
    web_dev = REGION | DEV | WEB
    yield setup("role web identity of the environment over a role", web_dev, *files("dev", "role-source-web"))


def of_tools():
    stage_keys = {"AWS_DEV_ACCESS_KEY_ID": "env-dev", "AWS_DEV_SECRET_ACCESS_KEY": "secret"}
    prod_keys = {"AWS_PROD_ACCESS_KEY_ID": "env-prod", "AWS_PROD_SECRET_ACCESS_KEY": "secret"}
    other = "[other]\n" + pair("credentials-other") + DEFAULT
    rows = {
        "AWS_DEV keys": (stage_keys, {}),
        "AWS_DEV keys, env keys": (ENV_KEYS | stage_keys, {}),
        "AWS_DEV keys, AWS_PROFILE": (stage_keys | {"AWS_PROFILE": "other"}, {}),
        "half of AWS_DEV keys": ({"AWS_DEV_ACCESS_KEY_ID": "env-dev"}, {}),
        "AWS_DEV_PROFILE": ({"AWS_DEV_PROFILE": "other"}, {}),
        "AWS_DEV_PROFILE, AWS_DEV keys": ({"AWS_DEV_PROFILE": "other"} | stage_keys, {}),
        "AWS_DEV_PROFILE missing": ({"AWS_DEV_PROFILE": "nobody"}, {}),
        "AWS_DEV_PROFILE blank": ({"AWS_DEV_PROFILE": ""}, {}),
        "AWS_DEV keys, another stage": (stage_keys, {"stage": "prod"}),
        "AWS_PROD keys, stage prod": (prod_keys, {"stage": "prod"}),
        "stage with a hyphen": ({"AWS_MY-STAGE_PROFILE": "other"}, {"stage": "my-stage"}),
        "stage with a hyphen, underscored": ({"AWS_MY_STAGE_PROFILE": "other"}, {"stage": "my-stage"}),
        "AWS_DEFAULT_PROFILE beside the stage": ({"AWS_DEFAULT_PROFILE": "other"} | stage_keys, {}),
        "CDK_PROFILE": ({"CDK_PROFILE": "other"}, {}),
        "CDK_PROFILE, env keys": ({"CDK_PROFILE": "other"} | ENV_KEYS, {}),
        "CDK_PROFILE blank": ({"CDK_PROFILE": ""}, {}),
        "CDK_DEFAULT_REGION": ({"CDK_DEFAULT_REGION": "eu-central-1"}, {}),
        "SST_AWS_NO_PROFILE": ({"SST_AWS_NO_PROFILE": "1", "AWS_PROFILE": "other"}, {}),
        "cdk.json": ({}, {"files": {"cdk.json": dumps({"profile": "other"})}}),
        "cdk.json, env keys": (ENV_KEYS, {"files": {"cdk.json": dumps({"profile": "other"})}}),
        "cdk.json, AWS_PROFILE": (
            {"AWS_PROFILE": "other"},
            {"files": {"cdk.json": dumps({"profile": "default"})}},
        ),
        "home's .cdk.json": ({}, {"files": {".cdk.json": dumps({"profile": "other"})}}),
        "home's .cdk.json, env keys": (ENV_KEYS, {"files": {".cdk.json": dumps({"profile": "other"})}}),
        ".env": ({}, {"files": {".env": "AWS_PROFILE=other\n"}}),
        ".env beside AWS_PROFILE": ({"AWS_PROFILE": "default"}, {"files": {".env": "AWS_PROFILE=other\n"}}),
        ".env of the stage, AWS_PROFILE": ({"AWS_PROFILE": "default"}, {"files": {".env.dev": "AWS_PROFILE=other\n"}}),
    }
    for name, (variables, more) in rows.items():
        yield setup(f"tool {name}", REGION | variables, None, other, **more)


def boto():
    keys = "[Credentials]\naws_access_key_id = boto-home\naws_secret_access_key = secret\n"
    texts = {
        "keys": keys,
        "id alone": "[Credentials]\naws_access_key_id = boto-home\n",
        "no keys": "[Boto]\nhttps_validate_certificates = True\n",
        "[credentials]": keys.replace("C", "c"),
        "no parse": "what is this\n",
    }
    for (name, text), (where, variables) in product(texts.items(), {"": {}, ", container": CONTAINER}.items()):
        yield setup(f".boto {name}{where}", REGION | variables, files={".boto": text})
    yield setup(".boto keys, over default keys", REGION, None, DEFAULT, files={".boto": keys})
    yield setup(".boto keys, AWS_PROFILE region", REGION | DEV, *files("dev", "region-only"), files={".boto": keys})
    yield setup(".boto keys, BOTO_CONFIG=/dev/null", REGION | {"BOTO_CONFIG": "/dev/null"}, files={".boto": keys})
    yield setup(".boto keys, env keys", REGION | ENV_KEYS, files={".boto": keys})


KINDS = (homes, paths, blanks, roles, of_tools, boto)
