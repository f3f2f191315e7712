"""Cloud operations of the local stack, for `cargo local`.

MiniStack speaks the AWS APIs, and its own Python environment brings botocore, which speaks them too. So the Rust
command runs this file with that Python, one command per run:

    python cloud.py <command> --endpoint URL [--stack NAME] [JSON]

The answer is JSON on stdout. A failure is one line on stderr and exit code 1.

`routes` is here for one more reason. SAM turns each API into one resource with an OpenAPI `Body`, from which AWS reads
everything. MiniStack reads no routes from that of an HTTP API, and no gateway responses from that of a REST API. The
command does what AWS would have done.
"""

import argparse
import functools
import io
import json
import re
import sys
import time
import zipfile
from urllib.parse import urlsplit

import botocore.session
from botocore.exceptions import BotoCoreError, ClientError

REGION, ACCOUNT = "us-east-1", "000000000000"


class Cloud:
    """Clients of one endpoint, and the questions that several commands ask about the stack."""

    def __init__(self, endpoint, stack):
        self.endpoint, self.stack = endpoint, stack
        self.session = botocore.session.get_session()

    @functools.cache
    def client(self, service):
        """A client with the rights of the account's owner, who deploys and seeds. Functions have roles of their own."""
        return self.session.create_client(service, region_name=REGION, endpoint_url=self.endpoint,
                                          aws_access_key_id="test", aws_secret_access_key="test")

    def outputs(self):
        outputs = self.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"][0].get("Outputs", [])
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}

    def resources(self, kind=""):
        """Physical ids by logical id, of one resource type or of all."""
        found = self.client("cloudformation").describe_stack_resources(StackName=self.stack)["StackResources"]
        return {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in found if r["ResourceType"].startswith(kind)}


def routes(cloud, _):
    """Completes both APIs from their `Body`. Running it again changes nothing."""
    answer = cloud.client("cloudformation").get_template(StackName=cloud.stack, TemplateStage="Processed")
    resources, ids = answer["TemplateBody"]["Resources"], cloud.resources()
    app, partner = (resources[api]["Properties"]["Body"] for api in ("AppApi", "PartnerApi"))
    tell_apart_by_header(cloud, ids)
    return {"routes": add_routes(cloud, ids, app["paths"]),
            "gateway_responses": add_gateway_responses(cloud, ids, partner["x-amazon-apigateway-gateway-responses"])}


def add_routes(cloud, ids, paths):
    """Authorizer, integrations and routes of the HTTP API."""
    api, api_id, outputs, added = cloud.client("apigatewayv2"), ids["AppApi"], cloud.outputs(), []
    present = {route["RouteKey"] for route in api.get_routes(ApiId=api_id)["Items"]}
    authorizers = api.get_authorizers(ApiId=api_id)["Items"] or [api.create_authorizer(
        ApiId=api_id, Name="AccessToken", AuthorizerType="JWT", IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": f"https://cognito-idp.{REGION}.amazonaws.com/{outputs['UserPoolId']}",
                          "Audience": [outputs["UserPoolClientId"]]})]
    for path, methods in paths.items():
        for method, operation in methods.items():
            key = f"{method.upper()} {path}"
            if key in present:
                continue
            uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            function = ids[re.search(r"\$\{(\w+)\.Arn\}", uri).group(1)]
            target = api.create_integration(
                ApiId=api_id, IntegrationType="AWS_PROXY", PayloadFormatVersion="2.0",
                IntegrationUri=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}")
            # Closed unless the template says otherwise, never open by omission.
            is_open = operation.get("security") == []
            access = {} if is_open else {"AuthorizationType": "JWT", "AuthorizerId": authorizers[0]["AuthorizerId"]}
            api.create_route(ApiId=api_id, RouteKey=key, Target=f"integrations/{target['IntegrationId']}", **access)
            added.append(key)
    return sorted(added)


def tell_apart_by_header(cloud, ids):
    """Lets the REST API's authorizer tell callers apart by their key only: here the gateway sees no address in a call's context,
    and would turn everybody away."""
    api, api_id = cloud.client("apigateway"), ids["PartnerApi"]
    for authorizer in api.get_authorizers(restApiId=api_id)["items"]:
        if "context." in authorizer.get("identitySource", ""):
            api.update_authorizer(restApiId=api_id, authorizerId=authorizer["id"], patchOperations=[
                {"op": "replace", "path": "/identitySource", "value": "method.request.header.X-Api-Key"}])


def add_gateway_responses(cloud, ids, wanted):
    """The REST API's own error answers. They come into force with a new deployment of its stage."""
    api, api_id = cloud.client("apigateway"), ids["PartnerApi"]
    known = api.get_gateway_responses(restApiId=api_id)["items"]
    added = sorted(wanted.keys() - {response["responseType"] for response in known if not response["defaultResponse"]})
    for kind in added:
        api.put_gateway_response(restApiId=api_id, responseType=kind, **wanted[kind])
    if added:
        api.create_deployment(restApiId=api_id, stageName="live")
    return added


def outputs(cloud, _):
    """The stack's outputs, with the two URLs as they are reached on this machine."""
    local = urlsplit(cloud.endpoint)
    answer = cloud.outputs()
    for name in ("AppUrl", "PartnerUrl"):
        aws = urlsplit(answer[name])
        answer[name] = f"{local.scheme}://{aws.hostname.split('.')[0]}.execute-api.localhost:{local.port}{aws.path}"
    return answer


def users(cloud, wanted):
    """Makes confirmed users [{email, password, groups}] who can sign in at once, and answers their [{email, sub}]."""
    pool, idp, made = cloud.outputs()["UserPoolId"], cloud.client("cognito-idp"), []
    for user in wanted:
        name = {"UserPoolId": pool, "Username": user["email"]}
        try:
            idp.admin_create_user(**name, MessageAction="SUPPRESS", UserAttributes=[
                {"Name": "email", "Value": user["email"]}, {"Name": "email_verified", "Value": "true"}])
        except idp.exceptions.UsernameExistsException:
            pass
        idp.admin_set_user_password(**name, Password=user["password"], Permanent=True)
        for group in user.get("groups", []):
            idp.admin_add_user_to_group(**name, GroupName=group)
        attributes = {a["Name"]: a["Value"] for a in idp.admin_get_user(**name)["UserAttributes"]}
        made.append({"email": user["email"], "sub": attributes["sub"]})
    return made


def update_code(cloud, changed):
    """Gives functions new code: {"wallet-show": "path/to/bootstrap", ...}."""
    client = cloud.client("lambda")
    for function, path in changed.items():
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            package.write(path, "bootstrap")
        client.update_function_code(FunctionName=f"{cloud.stack}-{function}", ZipFile=archive.getvalue())
    return {"updated": sorted(changed)}


def logs(cloud, wanted):
    """Log lines {"function": name or null for all, "since": ms} in order, and the `since` to ask with next."""
    client, prefix, lines = cloud.client("logs"), f"{cloud.stack}-", []
    # Up to a moment that is over, or the next call would miss lines that are being written now.
    until = int(time.time() * 1000) - 100
    names = [wanted["function"]] if wanted.get("function") else [
        name.removeprefix(prefix) for name in cloud.resources("AWS::Lambda::Function").values()]
    for name in names:
        found = client.filter_log_events(
            logGroupName=f"/aws/lambda/{prefix}{name}", startTime=wanted.get("since", 0), endTime=until)["events"]
        lines += [{"at": event["timestamp"], "function": name, "message": event["message"]} for event in found]
    return {"lines": sorted(lines, key=lambda line: line["at"]), "since": until + 1}


COMMANDS = {"routes": routes, "outputs": outputs, "users": users, "update-code": update_code, "logs": logs}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--stack", default="rjv")
    parser.add_argument("input", nargs="?", help="JSON; read from stdin when absent and needed")
    asked = parser.parse_intermixed_args()  # the JSON may follow the options
    needs_input = asked.command in ("users", "update-code", "logs")
    given = json.loads(asked.input or sys.stdin.read()) if needs_input else None
    try:
        print(json.dumps(COMMANDS[asked.command](Cloud(asked.endpoint, asked.stack), given)))
    except (BotoCoreError, ClientError, OSError, KeyError) as error:
        sys.exit(f"{asked.command}: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
