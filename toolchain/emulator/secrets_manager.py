"""A secret made without a value has no version, and so nothing at AWSCURRENT.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
"""

import json

from ministack.core.responses import json_response
from ministack.services import secretsmanager

_create, _describe = secretsmanager._create_secret, secretsmanager._describe_secret


def create_secret(data):
    answer = _create(data)
    secret = secretsmanager._secrets.get(data.get("Name"))
    if answer[0] != 200:
        return answer
    if "SecretString" not in data and "SecretBinary" not in data:
        secret["Versions"].clear()
        return json_response({"ARN": secret["ARN"], "Name": secret["Name"]})
    wanted = data.get("ClientRequestToken")
    (version, value), = secret["Versions"].items()
    if wanted:
        secret["Versions"] = {wanted: value}
    return json_response({"ARN": secret["ARN"], "Name": secret["Name"],
                          "VersionId": wanted or version})


def describe_secret(data):
    """VersionIdsToStages is left out where there is no version."""
    _, secret = secretsmanager._resolve(data.get("SecretId"))
    status, headers, body = _describe(data)
    if secret and not secret["Versions"]:
        shown = json.loads(body)
        shown.pop("VersionIdsToStages", None)
        return json_response(shown)
    return status, headers, body


def install():
    secretsmanager._create_secret = create_secret
    secretsmanager._describe_secret = describe_secret
