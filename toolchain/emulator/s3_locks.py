"""A bucket with Object Lock refuses what AWS refuses: to stop versioning, to take an object whose bytes nobody
checked, and a retention that is half said or past.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
"""

from datetime import datetime, timezone

from ministack.services import s3

MODE, UNTIL = "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"
CHECKSUMS = ("content-md5", *(f"x-amz-checksum-{name}" for name in s3._S3_CHECKSUM_HEADERS),
             "x-amz-sdk-checksum-algorithm", "x-amz-trailer")

_put_versioning, _put_object = s3._put_bucket_versioning, s3._put_object
_header_error = s3._object_lock_header_error


def put_bucket_versioning(name, body):
    before = s3._bucket_versioning.get(name)
    answer = _put_versioning(name, body)
    if before == "Enabled" and s3._bucket_object_lock.get(name) and s3._bucket_versioning[name] != before:
        s3._bucket_versioning[name] = before
        return s3._error("InvalidBucketState", "An Object Lock configuration is present on this bucket, "
                         "so the versioning state cannot be changed.", 409, f"/{name}")
    return answer


def moment(text):
    """None for what is not a time."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)


def object_lock_header_error(bucket, headers):
    mode, until = headers.get(MODE), headers.get(UNTIL)
    if bool(mode) != bool(until):
        return s3._error("InvalidArgument", f"{UNTIL} and {MODE} must both be supplied", 400)
    if until:
        end = moment(until)
        if end is None:
            return s3._error("InvalidArgument", "The retain until date must be provided in ISO 8601 format", 400)
        if end <= datetime.now(timezone.utc):
            return s3._error("InvalidArgument", "The retain until date must be in the future!", 400)
    return _header_error(bucket, headers)


def put_object(bucket, key, body, headers):
    lock = s3._bucket_object_lock.get(bucket) or {}
    retained = lock.get("default_retention") or headers.get(MODE)
    if retained and not any(headers.get(name) for name in CHECKSUMS):
        return s3._error("InvalidRequest", "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object "
                         "requests with Object Lock parameters", 400, f"/{bucket}/{key}")
    return _put_object(bucket, key, body, headers)


def install():
    s3._put_bucket_versioning = put_bucket_versioning
    s3._object_lock_header_error = object_lock_header_error
    s3._put_object = put_object
