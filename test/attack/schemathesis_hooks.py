"""Each case comes from an address of its own: the limit of requests of one address is not what is tested."""

import itertools

import schemathesis

count = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    n = next(count)
    case.headers = {**(case.headers or {}), "x-forwarded-for": f"10.{n // 65536 % 256}.{n // 256 % 256}.{n % 256}"}
