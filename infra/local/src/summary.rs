//! What a user can do with the running cloud: addresses, accounts, and three commands to paste.

use crate::stack::Stack;

/// Prints it.
pub fn print(stack: &Stack) {
    println!("\nThe local cloud is up.\n");
    println!("  App       {}", stack.app_url);
    println!("  Partners  {}", stack.partner_url);
    println!(
        "  AWS       {} (region {})",
        stack.aws_endpoint, stack.region
    );
    println!();
    for (role, person) in [
        ("Admin", &stack.admin),
        ("Admin", &stack.second_admin),
        ("Auditor", &stack.auditor),
    ] {
        println!("  {role:<9} {:<24} {}", person.email, person.password);
    }
    for member in &stack.members {
        println!("  Member    {:<24} {}", member.email, member.password);
    }
    for partner in &stack.partners {
        println!("  Partner   {:<24} {}", partner.class, partner.api_key);
    }
    println!("  All of it is in target/local/stack.json");
    println!("\nTry it:\n");
    for line in commands(stack) {
        println!("{line}\n");
    }
    println!(
        "`cargo local demo` shows a whole journey, `cargo local logs` what the functions say, `cargo local down` stops."
    );
}

/// Sign in, earn, look: each line works as printed, in this order.
fn commands(stack: &Stack) -> [String; 3] {
    let (email, password) = stack
        .members
        .first()
        .map_or(("", ""), |member| (&member.email, &member.password));
    let sign_in = format!(
        "TOKEN=$(curl -s {} -H 'Content-Type: application/x-amz-json-1.1' \
         -H 'X-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth' \
         -d '{{\"AuthFlow\":\"USER_PASSWORD_AUTH\",\"ClientId\":\"{}\",\
         \"AuthParameters\":{{\"USERNAME\":\"{email}\",\"PASSWORD\":\"{password}\"}}}}' \
         | python3 -c 'import json,sys; print(json.load(sys.stdin)[\"AuthenticationResult\"][\"AccessToken\"])')",
        stack.aws_endpoint, stack.user_pool_client_id,
    );
    let earn = format!(
        "curl -s {}/v1/activities -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \
         -d '{{\"event_id\":\"my-first-feature\",\"kind\":\"feature_explored\",\"fields\":{{\"feature\":\"sleep-coach\"}}}}'; echo",
        stack.app_url,
    );
    let look = format!(
        "curl -s {}/v1/wallet -H \"Authorization: Bearer $TOKEN\"; echo",
        stack.app_url
    );
    [sign_in, earn, look]
}
