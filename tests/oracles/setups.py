"""The matrix of set-ups: environment variables × profiles × contents of the files × regions.

A set-up is data: a name, variables, the text of the two files (`None`: the file does not exist), and the profile that is
passed to the tool, if any. `{home}` and `{url}` stand for the home directory and the recording server. A set-up may also
have `unset` (variables that are not set, such as HOME), `files` (further files, by their paths below the home;
`of-passwd` is the home of the password file), `cwd` (the working directory below the home) and `stage` (the stage for
SST and Serverless).

Every home also contains `token`, `vend` (a credential process that puts its argument into its key), cached SSO sessions
(valid for `corp`, expired for `stale`), a session of `aws login` for `me`, and the old files that `AWS_CREDENTIAL_FILE`
and `BOTO_CONFIG` name.

Key IDs name their source: `env`, `credentials-dev` (the credentials file's section `dev`),
`config-dev`, `process-dev`, `web-env` (the role's name), `role-deploy-by-env` (assumed with that key),
`sso-Dev` (the permission set), `login-me` (the session of `aws login`), `container`, `instance`. Regions
too, see `REGIONS`. The metadata service answers in every set-up that does not disable it, so that a tool that falls
through is noticed.
"""

from itertools import product

REGIONS = {
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-2",
    "profile dev": "eu-central-1",
    "profile default": "eu-north-1",
    "instance metadata": "ap-south-1",
}
REGION = {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
ENV_KEYS = {"AWS_ACCESS_KEY_ID": "env", "AWS_SECRET_ACCESS_KEY": "secret"}
WEB = {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token", "AWS_ROLE_ARN": "arn:aws:iam::111111111111:role/env"}
CONTAINER = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/container"}
NO_METADATA = {"AWS_EC2_METADATA_DISABLED": "true"}


def pair(key_id):
    return f"aws_access_key_id = {key_id}\naws_secret_access_key = secret\n"


def role(name):
    return f"role_arn = arn:aws:iam::111111111111:role/{name}\n"


def sso(name):
    return f"sso_session = {name}\nsso_account_id = 111111111111\nsso_role_name = Dev\n"


def legacy_sso(name):
    return (
        f"sso_start_url = https://{name}.awsapps.com/start\nsso_region = eu-west-1\n"
        "sso_account_id = 111111111111\nsso_role_name = Dev\n"
    )


def session(name):
    return f"[sso-session {name}]\nsso_start_url = https://{name}.awsapps.com/start\nsso_region = eu-west-1\n"


PROCESS = "credential_process = {home}/vend {name}\n"
LOGIN = "login_session = me\n"
ROLE_WEB = role("profile") + "web_identity_token_file = {home}/token\n"
BASE = "[base]\n" + pair("credentials-base")

# The contents of a profile: (lines of its section in config, in credentials, further sections in config, in
# credentials). `None`: it has no section there.
PROFILES = {
    "missing": (None, None),
    "empty": ("", None),
    "region-only": ("region = eu-central-1\n", None),
    "static-credentials": (None, pair("credentials-{name}")),
    "static-config": (pair("config-{name}"), None),
    "static-both": (pair("config-{name}"), pair("credentials-{name}")),
    "id-in-credentials": (None, "aws_access_key_id = credentials-{name}\n"),
    "id-in-config": ("aws_access_key_id = config-{name}\n", None),
    "secret-in-credentials": (None, "aws_secret_access_key = secret\n"),
    "blank-pair": (None, "aws_access_key_id =\naws_secret_access_key =\n"),
    "id-in-credentials-secret-in-config": (
        "aws_secret_access_key = secret\n",
        "aws_access_key_id = credentials-{name}\n",
    ),
    "pair-in-config-id-in-credentials": (pair("config-{name}"), "aws_access_key_id = credentials-{name}\n"),
    "process": (PROCESS, None),
    "process-in-credentials": (None, PROCESS),
    "process+static-credentials": (PROCESS, pair("credentials-{name}")),
    "process+static-config": (PROCESS + pair("config-{name}"), None),
    "process-with-variable": ("credential_process = {home}/vend $WHO\n", None),
    "process-fails": ("credential_process = {home}/absent\n", None),
    "web": (ROLE_WEB, None),
    "web+static-credentials": (ROLE_WEB, pair("credentials-{name}")),
    "web-without-role": ("web_identity_token_file = {home}/token\n", None),
    "role-source-static": (role("deploy") + "source_profile = base\n", None, "", BASE),
    "role-source-static+static-credentials": (
        role("deploy") + "source_profile = base\n",
        pair("credentials-{name}"),
        "",
        BASE,
    ),
    "role-in-credentials": (None, role("deploy") + "source_profile = base\n", "", BASE),
    "role-source-self": (role("deploy") + "source_profile = {name}\n", pair("credentials-{name}")),
    "role-source-missing": (role("deploy") + "source_profile = nobody\n", None),
    "role-source-empty": (role("deploy") + "source_profile = base\n", None, "[profile base]\n", ""),
    "role-source-process": (
        role("deploy") + "source_profile = base\n",
        None,
        "[profile base]\ncredential_process = {home}/vend base\n",
        "",
    ),
    "role-source-web": (role("deploy") + "source_profile = base\n", None, "[profile base]\n" + ROLE_WEB, ""),
    "role-source-sso": (
        role("deploy") + "source_profile = base\n",
        None,
        "[profile base]\n" + sso("corp") + session("corp"),
        "",
    ),
    "role-source-role": (
        role("deploy") + "source_profile = middle\n",
        None,
        "[profile middle]\n" + role("middle") + "source_profile = base\n",
        BASE,
    ),
    "role-alone": (role("deploy"), None),
    "role-alone+static-credentials": (role("deploy"), pair("credentials-{name}")),
    "role-from-environment": (role("deploy") + "credential_source = Environment\n", None),
    "role-from-metadata": (role("deploy") + "credential_source = Ec2InstanceMetadata\n", None),
    "role-from-container": (role("deploy") + "credential_source = EcsContainer\n", None),
    "role-both-sources": (role("deploy") + "source_profile = base\ncredential_source = Environment\n", None, "", BASE),
    "sso": (sso("corp"), None, session("corp"), ""),
    "sso-legacy": (legacy_sso("corp"), None),
    "sso-expired": (sso("stale"), None, session("stale"), ""),
    "sso-legacy-expired": (legacy_sso("stale"), None),
    "sso-session-missing": (sso("corp"), None),
    "sso-without-account": ("sso_session = corp\n", None, session("corp"), ""),
    "sso+static-credentials": (sso("corp"), pair("credentials-{name}"), session("corp"), ""),
    "sso+static-config": (sso("corp") + pair("config-{name}"), None, session("corp"), ""),
    "sso+process": (sso("corp") + PROCESS, None, session("corp"), ""),
    "login": (LOGIN, None),
    "login-unknown": ("login_session = nobody\n", None),
    "login+static-credentials": (LOGIN, pair("credentials-{name}")),
    "login+static-config": (LOGIN + pair("config-{name}"), None),
    "login+process": (LOGIN + PROCESS, None),
    "login+sso": (LOGIN + sso("corp"), None, session("corp"), ""),
    "role-source-login": (role("deploy") + "source_profile = base\n", None, "[profile base]\n" + LOGIN, ""),
    "sso+role": (sso("corp") + role("deploy") + "source_profile = base\n", None, session("corp"), BASE),
}
FEW = (
    "missing",
    "region-only",
    "static-credentials",
    "process",
    "web",
    "role-source-static",
    "role-from-environment",
    "sso",
    "id-in-credentials",
)

# How the tool gets its profile: (name of the profile, variables, explicit profile).
CHOSEN = {
    "implied": ("default", {}, None),
    "AWS_PROFILE": ("dev", {"AWS_PROFILE": "dev"}, None),
    "AWS_DEFAULT_PROFILE": ("dev", {"AWS_DEFAULT_PROFILE": "dev"}, None),
    "explicit": ("dev", {}, "dev"),
}


def setup(name, variables, config=None, credentials=None, profile=None, **more):
    """A set-up. A variable with the value `None` is not set."""
    kept = {key: value for key, value in sorted(variables.items()) if value is not None}
    return {"name": name, "profile": profile, "variables": kept, "config": config, "credentials": credentials} | more


def files(name, kind):
    """The texts of both files, with the profile `name` of this kind. With `dev`, there is also a `[default]` with
    keys, so that a tool that uses it is noticed."""
    in_config, in_credentials, *beside = PROFILES[kind]
    config, credentials = beside or ("", "")
    header = "[default]\n" if name == "default" else f"[profile {name}]\n"
    if in_config is not None:
        config = header + in_config.replace("{name}", name) + config
    if in_credentials is not None:
        credentials = f"[{name}]\n" + in_credentials.replace("{name}", name) + credentials
    if name != "default":
        credentials += "[default]\n" + pair("credentials-default")
    return config or None, credentials or None


def profile_setup(label, kind, how, variables):
    name, choosing, explicit = CHOSEN[how]
    return setup(f"profile {kind}, {how}{label}", REGION | variables | choosing, *files(name, kind), explicit)


def profiles():
    for kind, how in product(PROFILES, ("implied", "AWS_PROFILE", "explicit")):
        who = {"WHO": "expanded"} if kind == "process-with-variable" else {}
        yield profile_setup("", kind, how, who)
    for kind, how in product(FEW, CHOSEN):
        yield profile_setup(", env keys", kind, how, ENV_KEYS)
    for kind in FEW:
        yield profile_setup("", kind, "AWS_DEFAULT_PROFILE", {})


ENVIRONMENTS = {
    "id alone": {"AWS_ACCESS_KEY_ID": "env"},
    "secret alone": {"AWS_SECRET_ACCESS_KEY": "secret"},
    "blank id": {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "secret"},
    "blank secret": {"AWS_ACCESS_KEY_ID": "env", "AWS_SECRET_ACCESS_KEY": ""},
    "blank pair": {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
    "keys, session token": ENV_KEYS | {"AWS_SESSION_TOKEN": "session"},
    "keys, security token": ENV_KEYS | {"AWS_SECURITY_TOKEN": "security"},
    "keys, both tokens": ENV_KEYS | {"AWS_SESSION_TOKEN": "session", "AWS_SECURITY_TOKEN": "security"},
    "keys, blank session token": ENV_KEYS | {"AWS_SESSION_TOKEN": ""},
    "keys, past expiration": ENV_KEYS | {"AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z"},
    "keys, future expiration": ENV_KEYS | {"AWS_CREDENTIAL_EXPIRATION": "2099-01-01T00:00:00Z"},
    "AWS_ACCESS_KEY and AWS_SECRET_KEY": {"AWS_ACCESS_KEY": "env-short", "AWS_SECRET_KEY": "secret"},
    "both spellings": ENV_KEYS | {"AWS_ACCESS_KEY": "env-short", "AWS_SECRET_KEY": "secret"},
    "AMAZON_ACCESS_KEY_ID and AMAZON_SECRET_ACCESS_KEY": {
        "AMAZON_ACCESS_KEY_ID": "env-amazon",
        "AMAZON_SECRET_ACCESS_KEY": "secret",
    },
    "AWS_CREDENTIAL_FILE": {"AWS_CREDENTIAL_FILE": "{home}/old-credentials"},
    "BOTO_CONFIG": {"BOTO_CONFIG": "{home}/boto"},
    "id and AWS_SECRET_KEY": {"AWS_ACCESS_KEY_ID": "env", "AWS_SECRET_KEY": "secret"},
    "id and SECRET_ACCESS_KEY": {"AWS_ACCESS_KEY_ID": "env", "SECRET_ACCESS_KEY": "secret"},
}


def environments():
    backgrounds = {
        "nothing": ({}, None),
        "default keys": ({}, "default"),
        "AWS_PROFILE keys": ({"AWS_PROFILE": "dev"}, "dev"),
    }
    for (env, variables), (behind, (choosing, name)) in product(ENVIRONMENTS.items(), backgrounds.items()):
        texts = files(name, "static-credentials") if name else (None, None)
        yield setup(f"env {env}, over {behind}", REGION | variables | choosing, *texts)


def choices():
    config = "[profile a]\n" + pair("config-a") + "[profile b]\n" + pair("config-b")
    credentials = "[default]\n" + pair("credentials-default")
    naming = {
        "AWS_PROFILE=a, AWS_DEFAULT_PROFILE=b": {"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"},
        "AWS_PROFILE=default, AWS_DEFAULT_PROFILE=b": {"AWS_PROFILE": "default", "AWS_DEFAULT_PROFILE": "b"},
        "AWS_PROFILE blank": {"AWS_PROFILE": ""},
        "AWS_PROFILE blank, AWS_DEFAULT_PROFILE=b": {"AWS_PROFILE": "", "AWS_DEFAULT_PROFILE": "b"},
        "AWS_DEFAULT_PROFILE blank": {"AWS_DEFAULT_PROFILE": ""},
        "AWS_PROFILE=nobody, AWS_DEFAULT_PROFILE=b": {"AWS_PROFILE": "nobody", "AWS_DEFAULT_PROFILE": "b"},
        "AWS_PROFILE=a": {"AWS_PROFILE": "a"},
        "AWS_PROFILE=default": {"AWS_PROFILE": "default"},
        "AWS_PROFILE=nobody": {"AWS_PROFILE": "nobody"},
        "AWS_DEFAULT_PROFILE=nobody": {"AWS_DEFAULT_PROFILE": "nobody"},
    }
    for (name, variables), (with_keys, env) in product(naming.items(), {"": {}, ", env keys": ENV_KEYS}.items()):
        yield setup(f"choice {name}{with_keys}", REGION | variables | env, config, credentials)
    for explicit, (name, variables) in product(
        ("b", "default", "nobody"), (("", {}), (", AWS_PROFILE=a", {"AWS_PROFILE": "a"}))
    ):
        yield setup(f"choice explicit {explicit}{name}", REGION | variables, config, credentials, explicit)


def web_identities():
    dev = files("dev", "static-credentials")
    behind = {
        "nothing": ({}, None, None, None),
        "env keys": (ENV_KEYS, None, None, None),
        "default keys": ({}, *files("default", "static-credentials"), None),
        "default role": ({}, *files("default", "role-source-static"), None),
        "default sso": ({}, *files("default", "sso"), None),
        "default web": ({}, *files("default", "web"), None),
        "default region": ({}, *files("default", "region-only"), None),
        "AWS_PROFILE keys": ({"AWS_PROFILE": "dev"}, *dev, None),
        "AWS_PROFILE role": ({"AWS_PROFILE": "dev"}, *files("dev", "role-source-static"), None),
        "AWS_PROFILE web": ({"AWS_PROFILE": "dev"}, *files("dev", "web"), None),
        "AWS_PROFILE region": ({"AWS_PROFILE": "dev"}, *files("dev", "region-only"), None),
        "AWS_PROFILE missing": ({"AWS_PROFILE": "dev"}, *files("dev", "missing"), None),
        "explicit keys": ({}, *dev, "dev"),
        "explicit region": ({}, *files("dev", "region-only"), "dev"),
        "container": (CONTAINER, None, None, None),
    }
    for name, (variables, *rest) in behind.items():
        yield setup(f"web identity, over {name}", REGION | WEB | variables, *rest)
    broken = {
        "without role": WEB | {"AWS_ROLE_ARN": None},
        "without token file": WEB | {"AWS_WEB_IDENTITY_TOKEN_FILE": None},
        "of an absent file": WEB | {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/absent"},
        "blank file": WEB | {"AWS_WEB_IDENTITY_TOKEN_FILE": ""},
        "blank role": WEB | {"AWS_ROLE_ARN": ""},
    }
    for (name, variables), background in product(broken.items(), ("nothing", "default keys")):
        more, *rest = behind[background]
        yield setup(f"web identity {name}, over {background}", REGION | variables | more, *rest)


def machines():
    dev = {"AWS_PROFILE": "dev"}
    behind = {
        "nothing": ({}, None, None, None),
        "env keys": (ENV_KEYS, None, None, None),
        "default keys": ({}, *files("default", "static-credentials"), None),
        "default process": ({}, *files("default", "process"), None),
        "default region": ({}, *files("default", "region-only"), None),
        "default half pair": ({}, *files("default", "id-in-credentials"), None),
        "AWS_PROFILE keys": (dev, *files("dev", "static-credentials"), None),
        "AWS_PROFILE region": (dev, *files("dev", "region-only"), None),
        "AWS_PROFILE missing": (dev, *files("dev", "missing"), None),
        "explicit region": ({}, *files("dev", "region-only"), "dev"),
    }
    for (name, (variables, *rest)), (machine, more) in product(
        behind.items(),
        {"container": CONTAINER, "no metadata": NO_METADATA, "container, no metadata": CONTAINER | NO_METADATA}.items(),
    ):
        yield setup(f"machine {machine}, under {name}", REGION | variables | more, *rest)
    role_from_container = files("dev", "role-from-container")
    yield setup("machine container, role-from-container", REGION | dev | CONTAINER, *role_from_container)
    for text in ("TRUE", "false", "1", ""):
        yield setup(f"machine metadata disabled={text!r}", REGION | {"AWS_EC2_METADATA_DISABLED": text})
    yield setup("machine instance", REGION)


def sections():
    keys = {name: pair(name) for name in ("config-default", "config-profile-default", "config-dev", "credentials-dev")}
    default, named = "[default]\n" + keys["config-default"], "[profile default]\n" + keys["config-profile-default"]
    dev = {"AWS_PROFILE": "dev"}
    rows = {
        "[profile default]": ({}, named, None),
        "[default], then [profile default]": ({}, default + named, None),
        "[profile default], then [default]": ({}, named + default, None),
        "[default] without keys, then [profile default]": ({}, "[default]\nregion = eu-north-1\n" + named, None),
        "[dev] in config": (dev, "[dev]\n" + keys["config-dev"], None),
        "[profile dev] in credentials": (dev, None, "[profile dev]\n" + keys["credentials-dev"]),
        "[dev] twice in credentials": (
            dev,
            None,
            "[dev]\n" + keys["credentials-dev"] + "[dev]\naws_access_key_id = credentials-dev-again\n",
        ),
        "[ profile dev ] in config": (dev, "[ profile dev ]\n" + keys["config-dev"], None),
        "AWS_CONFIG_FILE missing": ({"AWS_CONFIG_FILE": "{home}/absent"}, None, None),
        "AWS_CONFIG_FILE missing, over default keys": (
            {"AWS_CONFIG_FILE": "{home}/absent"},
            None,
            "[default]\n" + pair("credentials-default"),
        ),
        "AWS_CONFIG_FILE missing, AWS_PROFILE keys": (
            dev | {"AWS_CONFIG_FILE": "{home}/absent"},
            None,
            "[dev]\n" + keys["credentials-dev"],
        ),
        "AWS_CONFIG_FILE missing, env keys": ({"AWS_CONFIG_FILE": "{home}/absent"} | ENV_KEYS, None, None),
        "AWS_CONFIG_FILE blank": ({"AWS_CONFIG_FILE": ""}, default, None),
        "AWS_SHARED_CREDENTIALS_FILE missing": (
            {"AWS_SHARED_CREDENTIALS_FILE": "{home}/absent"},
            default,
            "[default]\n" + pair("credentials-default"),
        ),
        "no parse": ({}, "what is this\n", None),
        "no parse, env keys": (ENV_KEYS, "what is this\n", None),
    }
    for name, (variables, config, credentials) in rows.items():
        yield setup(f"file {name}", REGION | variables, config, credentials)


def regions():
    variables = {
        "AWS_REGION": {"AWS_REGION": REGIONS["AWS_REGION"]},
        "AWS_DEFAULT_REGION": {"AWS_DEFAULT_REGION": REGIONS["AWS_DEFAULT_REGION"]},
        "both": {name: REGIONS[name] for name in ("AWS_REGION", "AWS_DEFAULT_REGION")},
        "blank AWS_REGION": {"AWS_REGION": ""},
        "blank AWS_REGION, AWS_DEFAULT_REGION": {"AWS_REGION": "", "AWS_DEFAULT_REGION": REGIONS["AWS_DEFAULT_REGION"]},
        "AMAZON_REGION": {"AMAZON_REGION": "ca-central-1"},
        "AMAZON_DEFAULT_REGION": {"AMAZON_DEFAULT_REGION": "ca-west-1"},
        "no variable": {},
    }
    default, dev = (
        f"[default]\nregion = {REGIONS['profile default']}\n",
        f"[profile dev]\nregion = {REGIONS['profile dev']}\n",
    )
    keys = "[dev]\n" + pair("credentials-dev")
    profiles_ = {
        "no profile": ({}, None, None, None),
        "default's": ({}, default, None, None),
        "dev's by AWS_PROFILE": ({"AWS_PROFILE": "dev"}, default + dev, keys, None),
        "dev's by AWS_DEFAULT_PROFILE": ({"AWS_DEFAULT_PROFILE": "dev"}, default + dev, keys, None),
        "dev's by explicit": ({}, default + dev, keys, "dev"),
        "default's beside a bare dev": ({"AWS_PROFILE": "dev"}, default, keys, None),
        "dev's in credentials": ({"AWS_PROFILE": "dev"}, default + dev, keys + "region = sa-east-1\n", None),
    }
    for (name, more), (profile, (choosing, *rest)) in product(variables.items(), profiles_.items()):
        yield setup(f"region {name}, {profile}", ENV_KEYS | NO_METADATA | more | choosing, *rest)
    yield setup("region of the machine", ENV_KEYS)
    yield setup("region of the machine, default's", ENV_KEYS, default)
    yield setup("region nowhere, keys of the machine", {})
