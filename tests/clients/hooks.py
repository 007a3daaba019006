"""What schemathesis can't know of the API: rules that hold between parameters, and what strangers get."""

import os

import schemathesis

ASKS_AS = os.environ["ASKS_AS"]

# Rules between parameters, or of a language of their own, which no schema can say: what is refused, and how the
# refusal begins or goes on. Everything else that fits the description must be taken.
RULES = {
    "from": ["say which records: a query, or times"],
    "to": ["a time that is not before `from`", "it is not after `from`"],
    "interval": ["for this range of time"],
    "older_than_days": ["parameter `older_than_days` is missing"],
    "query": ["a hold has a `query` or times, not both", "`query` of a hold can't be so"],
}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if failure.code == "ST202" and response.status_code == 400:
        problem = response.json()
        known = RULES.get(problem.get("parameter"), [])
        return not any(rule in problem["detail"] for rule in known)
    if failure.code == "ST401":
        # Whoever tries many wrong tokens has to wait.
        return "`429 " not in failure.message
    # A stranger is not even told which methods there are.
    return not (failure.code == "ST204" and ASKS_AS == "nobody" and response.status_code == 401)


@schemathesis.check
def strangers_learn_nothing(context, response, case):
    """Not even which paths and methods there are."""
    if ASKS_AS == "nobody" and case.operation.label != "POST /session":
        assert response.status_code in (401, 429), f"{response.status_code}: {response.text}"
