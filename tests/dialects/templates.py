"""Realistic shared AWS files that `generate.py` mutates: 34 config files and 28 credentials files."""

CONFIG = [
    "",
    "[default]\nregion = eu-west-1\n",
    "[default]\nregion=us-east-1\noutput=json\n",
    (
        "[default]\nregion = eu-west-1\n\n[profile prod]\nregion = eu-west-2\nrole_arn = arn:aws:iam::111111111111:role/deploy\n"
        "source_profile = default\n"
    ),
    (
        "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/deploy\nsource_profile = base\n"
        "external_id = 42\nmfa_serial = arn:aws:iam::222222222222:mfa/alice\nduration_seconds = 3600\n\n"
        "[profile base]\nregion = eu-west-1\n"
    ),
    (
        "[profile dev]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n"
        "sso_account_id = 333333333333\nsso_role_name = Developer\nregion = eu-west-1\n"
    ),
    (
        "[profile dev]\nsso_session = corp\nsso_account_id = 333333333333\nsso_role_name = Developer\n\n"
        "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start#/\nsso_region = eu-west-1\n"
        "sso_registration_scopes = sso:account:access\n"
    ),
    (
        "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n\n"
        "[profile a]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = Admin\n\n"
        "[profile b]\nsso_session = corp\nsso_account_id = 222222222222\nsso_role_name = Admin\n"
    ),
    "[profile vault]\ncredential_process = aws-vault exec --json prod\nregion = eu-west-1\n",
    '[profile vault]\ncredential_process = "/opt/our tools/vend" --account 111111111111 --json\n',
    (
        "[profile ci]\nweb_identity_token_file = /var/run/secrets/token\nrole_arn = arn:aws:iam::111111111111:role/ci\n"
        "role_session_name = ci-job\n"
    ),
    "[profile machine]\nrole_arn = arn:aws:iam::111111111111:role/app\ncredential_source = Ec2InstanceMetadata\n",
    "[profile task]\nrole_arn = arn:aws:iam::111111111111:role/task\ncredential_source = EcsContainer\nregion=us-west-2\n",
    "[default]\ns3 =\n  signature_version = s3v4\n  addressing_style = path\nregion = eu-west-1\n",
    (
        "[profile prod]\nregion = eu-west-1\ns3 =\n    max_concurrent_requests = 20\n    max_queue_size = 1000\n"
        "    multipart_threshold = 64MB\n\n[profile old]\nregion = us-east-1\n"
    ),
    (
        "[profile local]\nservices = emulator\nregion = us-east-1\n\n[services emulator]\nsts =\n"
        "  endpoint_url = http://localhost:4566\ns3 =\n  endpoint_url = http://localhost:4566\n"
    ),
    "[default]\nendpoint_url = http://localhost:4566\nignore_configured_endpoint_urls = true\nregion = us-east-1\n",
    "[default]\nca_bundle = /etc/ssl/corp.pem\nmax_attempts = 5\nretry_mode = standard\nsts_regional_endpoints = regional\n",
    "[preview]\ncloudfront = true\n\n[default]\nregion = us-east-1\n",
    "[plugins]\nendpoint = awscli_plugin_endpoint\n\n[default]\nregion = us-east-1\n\n[profile x]\noutput = text\n",
    (
        "# made by the laptop script\n[default]\nregion = us-east-1 # where we started\noutput = json\n; old\n"
        ";[profile gone]\n;region = eu-west-1\n[profile prod]\nregion = eu-central-1 ; since 2019\n"
    ),
    "[profile a.b]\nregion = eu-west-1\n\n[profile team/prod]\nregion = eu-west-2\n\n[profile me@example.com]\nregion = eu-west-3\n",
    "[profile prod-eu_1]\naws_access_key_id = AKIDCONFIG\naws_secret_access_key = c/o+n=f\naws_session_token = t==\n",
    (
        "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = abc%def\nregion = eu-west-1\n"
        "[profile second]\naws_access_key_id = AKIDSECOND\naws_secret_access_key = ${SECRET}\n"
    ),
    "[profile default]\nregion = eu-west-1\n",
    "[default]\nregion = us-east-1\n\n[profile default]\nregion = eu-west-1\n",
    "[DEFAULT]\noutput = json\n\n[default]\nregion = us-east-1\n\n[profile prod]\nregion = eu-west-1\n",
    "[prod]\nregion = eu-west-1\n\n[profile dev]\nregion = eu-west-2\n",
    "[profile one]\nlogin_session = arn:aws:iam::111111111111:user/alice\nregion = eu-west-1\n",
    "[default]\ncli_pager =\nregion = eu-west-1\ncli_auto_prompt = on-partial\n",
    (
        "[profile chain]\nrole_arn = arn:aws:iam::111111111111:role/last\nsource_profile = middle\n\n[profile middle]\n"
        "role_arn = arn:aws:iam::222222222222:role/middle\nsource_profile = base\n\n[profile base]\n"
        "aws_access_key_id = AKIDBASE\naws_secret_access_key = base\n"
    ),
    "[profile prod]\nregion = eu-west-1\ndefaults_mode = standard\nuse_fips_endpoint = true\naws_account_id = 111111111111\n",
    (
        "[default]\nregion = eu-west-1\n\n[profile with-a-quite-long-name-for-a-profile-0123456789]\nregion = eu-north-1\n"
        "output = yaml\ncli_timestamp_format = iso8601\n"
    ),
    "rem the file of an old build host\n",
]

CREDENTIALS = [
    "",
    "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = secret\n",
    "[default]\naws_access_key_id=AKIDDEFAULT\naws_secret_access_key=wJalr/XUtn+FEMI=\n",
    (
        "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = secret\n\n[prod]\naws_access_key_id = AKIDPROD\n"
        "aws_secret_access_key = other\n"
    ),
    "[prod]\naws_access_key_id = AKIDPROD\naws_secret_access_key = secret\naws_session_token = IQoJb3JpZ2luX2VjE==\n",
    "[prod]\naws_access_key_id = AKIDPROD\naws_secret_access_key = secret\naws_security_token = old\nexpiration = 2020-01-01T00:00:00Z\n",
    "# my keys\n[default]\n# rotated in May\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = secret\n",
    "; ini\n[default]\naws_access_key_id = AKIDDEFAULT ; mine\naws_secret_access_key = secret # not shared\n",
    '[prod]\naws_access_key_id = "AKIDPROD"\naws_secret_access_key = "secret"\n',
    "[prod]\naws_access_key_id = 'AKIDPROD'\naws_secret_access_key = 'secret'\n",
    "[my prod]\naws_access_key_id = AKIDPROD\naws_secret_access_key = secret\n",
    '["my prod"]\naws_access_key_id = AKIDPROD\naws_secret_access_key = secret\n',
    "[profile prod]\naws_access_key_id = AKIDPROD\naws_secret_access_key = secret\n",
    "[prod]\nAWS_ACCESS_KEY_ID = AKIDPROD\nAWS_SECRET_ACCESS_KEY = secret\n",
    "[prod]\naws_access_key_id : AKIDPROD\naws_secret_access_key : secret\n",
    "[prod]\n    aws_access_key_id = AKIDPROD\n    aws_secret_access_key = secret\n",
    "  [prod]\n  aws_access_key_id = AKIDPROD\n  aws_secret_access_key = secret\n",
    (
        "[a.b]\naws_access_key_id = AKIDA\naws_secret_access_key = a\n[team/prod]\naws_access_key_id = AKIDT\n"
        "aws_secret_access_key = t\n"
    ),
    (
        "[saml]\noutput = json\nregion = us-east-1\naws_access_key_id = ASIASAML\naws_secret_access_key = secret\n"
        "aws_session_token = token\n"
    ),
    (
        "[default]\nsource_profile = prod\nrole_arn = arn:aws:iam::111111111111:role/deploy\n[prod]\n"
        "aws_access_key_id = AKIDPROD\naws_secret_access_key = secret\n"
    ),
    "[vault]\ncredential_process = vend --json\n",
    "[half]\naws_access_key_id = AKIDHALF\n",
    "[blank]\naws_access_key_id =\naws_secret_access_key =\n",
    (
        "[old]\naws_access_key_id = AKIDOLD\naws_secret_access_key = old\n[old-2]\naws_access_key_id = AKIDOLD2\n"
        "aws_secret_access_key = old2\n[old-3]\naws_access_key_id = AKIDOLD3\naws_secret_access_key = old3\n"
    ),
    (
        "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = secret\n[Credentials]\naws_access_key_id = AKIDBOTO\n"
        "aws_secret_access_key = boto\n"
    ),
    "[123456789012]\naws_access_key_id = AKIDNUMBER\naws_secret_access_key = number\n",
    (
        "[prod_Admin]\naws_access_key_id = ASIAADMIN\naws_secret_access_key = admin\naws_session_token = t\n"
        "x_security_token_expires = 2030-01-01T00:00:00+01:00\n"
    ),
    "[default]\ns3 =\n  region = eu-west-1\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = secret\n",
]
