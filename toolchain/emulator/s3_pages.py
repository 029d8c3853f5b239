"""Listings in pages of a thousand at most; and a bucket that is not of the account that the caller expects is refused.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
"""

from ministack.core.responses import get_account_id
from ministack.services import s3

LARGEST_PAGE = 1000
EXPECTED_OWNER = "x-amz-expected-bucket-owner"

_dispatch, _versions = s3._dispatch, s3._list_object_versions


def in_pages(listing):
    """The same listing, whose pages have a thousand entries at most."""
    def listed(bucket, query):
        wanted = s3._qp(query, "max-keys", str(LARGEST_PAGE))
        if not wanted.isdecimal():
            return s3._error("InvalidArgument", "Provided max-keys not an integer or within integer range", 400)
        return listing(bucket, {**query, "max-keys": [str(min(int(wanted), LARGEST_PAGE))]})

    return listed


def list_object_versions(bucket, query):
    if s3._qp(query, "version-id-marker") and not s3._qp(query, "key-marker"):
        return s3._error("InvalidArgument", "A version-id marker cannot be specified without a key marker.", 400)
    return _versions(bucket, query)


def dispatch(method, bucket, key, headers, body, query):
    """The request's account is the owner's by now."""
    expected = headers.get(EXPECTED_OWNER)
    if expected and bucket in s3._buckets and expected != get_account_id():
        return s3._error("AccessDenied", "Access Denied", 403, f"/{bucket}")
    return _dispatch(method, bucket, key, headers, body, query)


def install():
    s3._dispatch = dispatch
    s3._list_object_versions = in_pages(list_object_versions)
    s3._list_objects_v1 = in_pages(s3._list_objects_v1)
    s3._list_objects_v2 = in_pages(s3._list_objects_v2)
