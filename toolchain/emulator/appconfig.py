"""AppConfig validators: a configuration that its JSON schema refuses is not deployed.

https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-creating-configuration-and-profile-validators.html
"""

import json

from ministack.services import appconfig

_start_deployment = appconfig._start_deployment


def content_of(version):
    raw = next(value for name, value in version.items()
               if name.lower() in ("content", "_content"))
    return raw if isinstance(raw, (bytes, str)) else bytes(raw)


def schema_problem(profile, content):
    import jsonschema
    for validator in profile.get("Validators", []):
        if validator["Type"] != "JSON_SCHEMA":
            continue
        try:
            jsonschema.validate(json.loads(content), json.loads(validator["Content"]))
        except (jsonschema.ValidationError, jsonschema.SchemaError, ValueError) as error:
            return str(error).splitlines()[0]
    return None


def start_deployment(application, environment, body):
    profile_id = body.get("ConfigurationProfileId")
    number = body.get("ConfigurationVersion")
    profile = appconfig._config_profiles.get(f"{application}/{profile_id}")
    if profile and profile.get("LocationUri", "hosted") == "hosted":
        version = appconfig._hosted_versions.get(f"{application}/{profile_id}/{number}")
        if version is None:
            return appconfig._error(404, "ResourceNotFoundException",
                                    f"hosted configuration version {number} not found")
        problem = schema_problem(profile, content_of(version))
        if problem:
            return appconfig._error(400, "BadRequestException",
                                    f"Error validating configuration: {problem}")
    return _start_deployment(application, environment, body)


def install():
    appconfig._start_deployment = start_deployment
