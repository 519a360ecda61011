"""Forty pairs of files as on old laptops. They were written for this test, with several oddities each.

account-guard must not refuse a file that the tools in scope read alike. A text is `CONFIG ---- CREDENTIALS`, its name
describes the oddity, and `who` are the variables that select the profile. `K:name` stands for a key pair with the ID
`name`.
"""

import re

from setups import REGION, setup

ROLE = "arn:aws:iam::111111111111:role"


def laptop(name, text, **who):
    config, _, credentials = text.strip("\n").partition("\n----\n")
    return setup(f"laptop {name}", REGION | (who or {"AWS_PROFILE": "work"}), written(config), written(credentials))


def written(text):
    keys = re.sub(
        r"^( *)K:(\S+)$", r"\1aws_access_key_id = \2\n\1aws_secret_access_key = secret", text, flags=re.MULTILINE
    )
    return keys.replace("ROLE", ROLE) + "\n" if text else None


def laptops():
    yield from plain()
    yield from commented()
    yield from federated()
    yield from generated()
    yield from worn()


def plain():
    yield laptop(
        "three profiles",
        "[default]\nregion = us-east-1\noutput = json\n\n[profile work]\nregion = eu-west-1\n\n"
        "[profile home]\nregion = eu-north-1\n----\n[default]\nK:default-key\n\n[work]\nK:work-key\n\n[home]\nK:home-key",
    )
    yield laptop(
        "everything in config",
        "[default]\nK:default-key\nregion=us-east-1\n[profile work]\nK:work-key\nregion=eu-west-1",
    )
    yield laptop(
        "only default, and a bare profile in config",
        "[default]\noutput=table\n[work]\nregion=eu-west-1\n----\n[default]\nK:default-key\n[work]\nK:work-key",
    )
    yield laptop(
        "no blank lines, no blanks",
        "[default]\noutput=json\n[profile work]\nregion=eu-west-1\n----\n[default]\n"
        "aws_access_key_id=default-key\naws_secret_access_key=secret\n[work]\naws_access_key_id=work-key\n"
        "aws_secret_access_key=se/cr+et=",
    )
    yield laptop(
        "blank lines everywhere",
        "\n\n[default]\n\nregion = us-east-1\n\n\n[profile work]\n\n\nregion = eu-west-1\n\n----\n\n"
        "[default]\n\nK:default-key\n\n\n[work]\n\nK:work-key\n\n",
    )
    yield laptop(
        "aligned by blanks",
        "[profile work]\nregion                = eu-west-1\noutput                = json\n----\n[work]\n"
        "aws_access_key_id     = work-key\naws_secret_access_key = secret\n",
    )
    yield laptop("a config of one comment", "# nothing yet\n----\n[work]\nK:work-key")
    yield laptop(
        "names with dots and dashes",
        "[profile acme.prod-eu_1]\nregion = eu-west-1\n----\n[acme.prod-eu_1]\nK:work-key",
        AWS_PROFILE="acme.prod-eu_1",
    )


def commented():
    yield laptop(
        "commented keys of old",
        "[profile work]\nregion = eu-west-1\n# region = us-east-1\n----\n[default]\n"
        "# aws_access_key_id = old-key\n# aws_secret_access_key = old\nK:default-key\n\n[work]\n;K:older\nK:work-key",
    )
    yield laptop(
        "a banner",
        "##########################\n# AWS, ask ops before use! #\n##########################\n\n[profile work]\n"
        "region = eu-west-1\n----\n# rotate me in May = please\n[work]\nK:work-key",
    )
    yield laptop(
        "commented sections",
        "#[profile old]\n#region = us-west-2\n[profile work]\nregion = eu-west-1\n;[profile older]\n"
        "----\n#[work]\n#K:old-key\n[work]\nK:work-key",
    )
    yield laptop(
        "comments behind headers",
        "[profile work] # client A\nregion = eu-west-1\n[profile home] ; mine\nregion = eu-north-1\n"
        "----\n[default] # do not use\nK:default-key\n[work] # client A\nK:work-key",
    )
    yield laptop(
        "comments behind values",
        "[profile work]\nregion = eu-west-1 # Dublin\noutput = json ; as ever\n----\n[work]\nK:work-key",
    )
    yield laptop(
        "indented comments",
        "[profile work]\n  # Dublin\nregion = eu-west-1\n----\n[work]\n    # from the vault\nK:work-key",
    )
    yield laptop(
        "a rule of dashes",
        "[profile work]\nregion = eu-west-1\n# ------------------------\n[profile home]\nregion = eu-north-1\n"
        "----\n# -- work --\n[work]\nK:work-key\n# -- home --\n[home]\nK:home-key",
        AWS_PROFILE="home",
    )
    yield laptop(
        "a note without #", "[profile work]\nregion = eu-west-1\n----\nmy keys, do not share\n[work]\nK:work-key"
    )


def federated():
    yield laptop(
        "roles from one user",
        "[profile work]\nrole_arn = ROLE/deploy\nsource_profile = default\nregion = eu-west-1\n"
        "role_session_name = me\n[profile audit]\nrole_arn = ROLE/audit\nsource_profile = default\n----\n[default]\nK:default-key",
    )
    yield laptop(
        "a chain of roles",
        "[profile base]\nregion = eu-west-1\n[profile hub]\nrole_arn = ROLE/hub\nsource_profile = base\n"
        "[profile work]\nrole_arn = ROLE/deploy\nsource_profile = hub\nexternal_id = 4711\nduration_seconds = 3600\n"
        "----\n[base]\nK:base-key\n[default]\nK:default-key",
    )
    yield laptop(
        "roles in credentials",
        "[profile work]\nregion = eu-west-1\n----\n[default]\nK:default-key\n\n[work]\n"
        "role_arn = ROLE/deploy\nsource_profile = default",
    )
    yield laptop(
        "sso of old",
        "[profile work]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
        "sso_account_id = 111111111111\nsso_role_name = Dev\nregion = eu-west-1\noutput =\n----\n[default]\nK:default-key",
    )
    yield laptop(
        "sso with a session",
        "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
        "sso_registration_scopes = sso:account:access\n\n[profile work]\nsso_session = corp\nsso_account_id = 111111111111\n"
        "sso_role_name = Dev\nregion = eu-west-1\n[profile other]\nsso_session = corp\nsso_account_id = 222222222222\n"
        "sso_role_name = Ops\n----\n[default]\nK:default-key",
    )
    yield laptop(
        "sso session and url both",
        "[profile work]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = Dev\n"
        "sso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n[sso-session corp]\n"
        "sso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1",
    )
    yield laptop(
        "a start url with #",
        "[profile work]\nsso_start_url = https://corp.awsapps.com/start#/\nsso_region = eu-west-1\n"
        "sso_account_id = 111111111111\nsso_role_name = Dev\n----\n[work]\nK:work-key",
    )
    yield laptop(
        "a process of a vault",
        "[profile work]\nregion = eu-west-1\ncredential_process = {home}/vend work\n\n[profile old]\n"
        'credential_process = {home}/vend "my old"',
    )
    yield laptop(
        "a role from a process",
        "[profile vault]\ncredential_process = {home}/vend vault\n[profile work]\nrole_arn = ROLE/deploy\n"
        "source_profile = vault\nregion = eu-west-1",
    )
    yield laptop(
        "mfa that another profile has",
        "[profile work]\nregion = eu-west-1\n[profile mfa]\nrole_arn = ROLE/deploy\n"
        "source_profile = work\nmfa_serial = arn:aws:iam::111111111111:mfa/me\n----\n[work]\nK:work-key",
    )


def generated():
    yield laptop(
        "a session token of saml2aws",
        "[profile saml]\nregion = eu-west-1\n----\n[default]\nK:default-key\n[saml]\nK:saml-key\n"
        "aws_session_token = issued\naws_security_token = issued\nx_principal_arn = arn:aws:sts::111111111111:assumed-role/x/me\n"
        "x_security_token_expires = 2099-01-01T00:00:00+01:00",
        AWS_PROFILE="saml",
    )
    yield laptop(
        "settings of s3",
        "[default]\nregion = us-east-1\ns3 =\n    max_concurrent_requests = 20\n    addressing_style = path\n"
        "[profile work]\nregion = eu-west-1\ns3 =\n    signature_version = s3v4\ncli_pager =\n----\n[work]\nK:work-key",
    )
    yield laptop(
        "old settings of the cli",
        "[default]\ncli_pager=\ncli_auto_prompt = on-partial\nretry_mode = adaptive\nmax_attempts = 7\n"
        "[profile work]\nregion = eu-west-1\nsts_regional_endpoints = regional\n"
        "[preview]\ncloudfront = true\n----\n[work]\nK:work-key",
    )
    yield laptop(
        "services",
        "[services local]\ns3 =\n  endpoint_url = http://127.0.0.1:1\n[profile work]\nregion = eu-west-1\n"
        "services = local\n----\n[work]\nK:work-key",
    )
    yield laptop(
        "written by okta",
        "[profile okta]\naws_saml_url = home/amazon_aws/abc/272\nrole_arn = \n[profile work]\nregion = eu-west-1\n"
        "----\n[work]\nK:work-key\n[okta]\nK:okta-key",
    )
    yield laptop(
        "written by terraform docs",
        '[default]\nregion = "us-east-1"\n[profile work]\nregion = eu-west-1\n----\n'
        '[default]\naws_access_key_id = "default-key"\naws_secret_access_key = "secret"\n[work]\nK:work-key',
    )
    yield laptop(
        "from windows",
        "[default]\r\nregion = us-east-1\r\n\r\n[profile work]\r\nregion = eu-west-1\r\n----\n"
        "[default]\r\naws_access_key_id = default-key\r\naws_secret_access_key = secret\r\n\r\n[work]\r\n"
        "aws_access_key_id = work-key\r\naws_secret_access_key = secret\r",
    )


def worn():
    yield laptop(
        "profile twice",
        "[profile work]\nregion = us-east-1\n[profile home]\nregion = eu-north-1\n[profile work]\n"
        "region = eu-west-1\n----\n[work]\nK:old-key\n[home]\nK:home-key\n[work]\nK:work-key",
    )
    yield laptop(
        "keys twice", "[profile work]\nregion = us-east-1\nregion = eu-west-1\n----\n[work]\nK:old-key\nK:work-key"
    )
    yield laptop("keys in both files", "[profile work]\nK:config-key\nregion = eu-west-1\n----\n[work]\nK:work-key")
    yield laptop(
        "tabs and trailing blanks", "[profile work]  \nregion\t= eu-west-1  \n\t\n----\n[work]\t\nK:work-key\n   "
    )
    yield laptop(
        "a broken profile beside",
        "[profile broken]\nrole_arn = ROLE/gone\nsource_profile = nobody\n[profile work]\n"
        "region = eu-west-1\n----\n[work]\nK:work-key\n[half]\naws_access_key_id = half-key",
    )
    yield laptop(
        "profile without keys, default with",
        "[profile work]\nregion = eu-west-1\n[profile empty]\n----\n[default]\nK:default-key\n[work]",
        AWS_DEFAULT_PROFILE="default",
    )
    yield laptop(
        "umlauts in comments",
        "# Zugänge für München – nicht löschen\n[profile work]\nregion = eu-west-1\n----\n"
        "# Schlüssel „Arbeit“\n[work]\nK:work-key",
    )
