"""Cloud operations of the local stack, for `cargo local`.

MiniStack speaks the AWS APIs, and signing them is work that its own Python environment already does: it brings botocore.
So the Rust command runs this file with that Python, one command per run:

    python cloud.py <command> --endpoint URL [--stack NAME] [JSON]

The answer is JSON on stdout. A failure is one line on stderr and exit code 1.

`routes` is here for one more reason. SAM turns each API into one resource with an OpenAPI `Body`, from which AWS reads
everything. MiniStack reads no routes from that of an HTTP API, and no gateway responses from that of a REST API. The
command does what AWS would have done.
"""

import argparse
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
    """Clients for one endpoint and the questions every command asks about the stack."""

    def __init__(self, endpoint, stack):
        self.endpoint, self.stack = endpoint, stack
        self.session = botocore.session.get_session()

    def __getattr__(self, service):
        # "test" is MiniStack's account owner: it deploys and seeds. Functions run under their own roles.
        client = self.session.create_client(
            service.replace("_", "-"), region_name=REGION, endpoint_url=self.endpoint,
            aws_access_key_id="test", aws_secret_access_key="test")
        setattr(self, service, client)
        return client

    def outputs(self):
        outputs = self.cloudformation.describe_stacks(StackName=self.stack)["Stacks"][0].get("Outputs", [])
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}

    def resources(self, kind=""):
        """Physical ids by logical id, of one resource type or of all."""
        resources = self.cloudformation.describe_stack_resources(StackName=self.stack)["StackResources"]
        return {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in resources if r["ResourceType"].startswith(kind)}


def routes(cloud, _):
    """Completes both APIs from their `Body`. Running it again changes nothing."""
    template = cloud.cloudformation.get_template(StackName=cloud.stack, TemplateStage="Processed")["TemplateBody"]
    body = {name: template["Resources"][name]["Properties"]["Body"] for name in ("AppApi", "PartnerApi")}
    ids = cloud.resources()
    return {"routes": add_routes(cloud, ids, body["AppApi"]["paths"]),
            "gateway_responses": add_gateway_responses(cloud, ids, body["PartnerApi"]["x-amazon-apigateway-gateway-responses"])}


def add_routes(cloud, ids, paths):
    """Authorizer, integrations and routes of the HTTP API."""
    api, api_id, outputs, added = cloud.apigatewayv2, ids["AppApi"], cloud.outputs(), []
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
            function = re.search(r"\$\{(\w+)\.Arn\}", operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]).group(1)
            integration = api.create_integration(
                ApiId=api_id, IntegrationType="AWS_PROXY", PayloadFormatVersion="2.0",
                IntegrationUri=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{ids[function]}")
            # Closed unless the template says otherwise, never open by omission.
            is_open = operation.get("security") == []
            access = {} if is_open else {"AuthorizationType": "JWT", "AuthorizerId": authorizers[0]["AuthorizerId"]}
            api.create_route(ApiId=api_id, RouteKey=key, Target=f"integrations/{integration['IntegrationId']}", **access)
            added.append(key)
    return sorted(added)


def add_gateway_responses(cloud, ids, wanted):
    """The REST API's own error answers. They come into force with a new deployment of its stage."""
    api, api_id = cloud.apigateway, ids["PartnerApi"]
    present = {r["responseType"] for r in api.get_gateway_responses(restApiId=api_id)["items"] if not r["defaultResponse"]}
    added = sorted(wanted.keys() - present)
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
    pool, idp, made = cloud.outputs()["UserPoolId"], cloud.cognito_idp, []
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
    for function, path in changed.items():
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            entry = zipfile.ZipInfo("bootstrap")
            entry.external_attr = 0o755 << 16
            with open(path, "rb") as binary:
                package.writestr(entry, binary.read(), zipfile.ZIP_DEFLATED)
        cloud.__getattr__("lambda").update_function_code(FunctionName=f"{cloud.stack}-{function}", ZipFile=archive.getvalue())
    return {"updated": sorted(changed)}


def logs(cloud, wanted):
    """Log lines {"function": name or null for all, "since": ms} in order, and the `since` to ask with next."""
    prefix = f"/aws/lambda/{cloud.stack}-"
    since = wanted.get("since", 0)
    until = int(time.time() * 1000) - 1  # a millisecond that is over, or the next call would miss or repeat lines of it
    names = [wanted["function"]] if wanted.get("function") else sorted(cloud.resources("AWS::Lambda::Function").values())
    lines = []
    for name in names:
        name = name.removeprefix(f"{cloud.stack}-")
        try:
            found = cloud.logs.filter_log_events(logGroupName=prefix + name, startTime=since, endTime=until)["events"]
        except cloud.logs.exceptions.ResourceNotFoundException:
            continue
        lines += [{"at": e["timestamp"], "function": name, "message": e["message"]} for e in found]
    return {"lines": sorted(lines, key=lambda line: line["at"]), "since": until + 1}


COMMANDS = {"routes": routes, "outputs": outputs, "users": users, "update-code": update_code, "logs": logs}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--stack", default="rjv")
    parser.add_argument("input", nargs="?", help="JSON; read from stdin when absent and needed")
    asked = parser.parse_intermixed_args() # the JSON may stand after the options
    needs_input = asked.command in ("users", "update-code", "logs")
    given = json.loads(asked.input or sys.stdin.read()) if needs_input else None
    try:
        print(json.dumps(COMMANDS[asked.command](Cloud(asked.endpoint, asked.stack), given)))
    except (BotoCoreError, ClientError, OSError, KeyError) as error:
        sys.exit(f"{asked.command}: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
