"""The loop between the Lambda Runtime API and the handler, with nothing but the standard library."""

import http.client
import json
import os

from purchase import handle

PATH = "/2018-06-01/runtime/invocation/"

connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    connection.request("GET", PATH + "next")
    response = connection.getresponse()
    request_id = response.headers["lambda-runtime-aws-request-id"]
    answer = handle(json.loads(response.read()))
    connection.request("POST", PATH + request_id + "/response", json.dumps(answer))
    connection.getresponse().read()
