"""Where IAM is enforced, only who may list a bucket is told that a key is not there; anyone else is denied.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from ministack import app as ministack
from ministack.core import iam_evaluator as iam
from ministack.core.responses import get_region
from ministack.core.router import extract_access_key_id
from ministack.services import s3

_dispatch, _enforce = s3._dispatch, iam.enforce


def dispatch(method, bucket, key, headers, body, query):
    answer = _dispatch(method, bucket, key, headers, body, query)
    caller = extract_access_key_id(headers, query)
    if not ministack.AUTH or answer[0] != 404 or method not in ("GET", "HEAD") or not key or not caller:
        return answer
    if bucket not in s3._buckets or not _enforce(caller, "s3:ListBucket", "s3", get_region(), f"arn:aws:s3:::{bucket}"):
        return answer
    return s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}/{key}")


def install():
    s3._dispatch = dispatch
