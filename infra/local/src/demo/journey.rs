//! The journey from its first step to its last: whose it is, and in which order things happen.

use anyhow::{Context, Result, ensure};

use super::story::Story;
use crate::amount::Amount;
use crate::client::Client;
use crate::http::{Http, text};
use crate::stack::{Member, Partner, Stack};

/// One member's way from an empty wallet to a redeemed code. Every step does one thing through the public APIs and checks
/// everything it caused.
pub struct Journey<'a> {
    pub(super) member: &'a Member,
    pub(super) http: &'a Http,
    pub(super) stack: &'a Stack,
    pub(super) app: Client<'a>,
    pub(super) shop: Client<'a>,
    pub(super) shop_id: &'a str,
    pub(super) story: Story,
    /// How many entries the wallet must have by now.
    pub(super) entries: usize,
}

impl<'a> Journey<'a> {
    /// Signs the member in and takes a standard partner as the shop.
    pub fn begin(http: &'a Http, stack: &'a Stack, member: &'a Member) -> Result<Self> {
        let standard = |partner: &&Partner| partner.class == "standard";
        let shop = stack
            .partners
            .iter()
            .find(standard)
            .context("the stack has no standard partner")?;
        println!("\nThe journey of {}\n", member.email);
        Ok(Self {
            member,
            http,
            stack,
            app: Client::sign_in(http, stack, &member.email, &member.password)?,
            shop: Client::partner(http, stack, &shop.api_key),
            shop_id: &shop.id,
            story: Story::new(),
            entries: 0,
        })
    }

    /// All steps; the first surprise is the error.
    pub fn travel(mut self) -> Result<()> {
        self.arrive()?;
        self.earn_and_repeat()?;
        self.look_at_history()?;
        self.read_notifications()?;
        let choice = self.choose()?;
        self.buy_too_early(&choice)?;
        self.earn_more(&choice)?;
        let purchase = self.buy(&choice)?;
        let code = self.reveal(&purchase)?;
        self.buy_again(&choice, &purchase)?;
        self.redeem(&code)?;
        self.audit()?;
        self.story.summarize();
        Ok(())
    }

    fn arrive(&mut self) -> Result<()> {
        let wallet = self.app.get("/v1/wallet")?;
        ensure!(
            text(&wallet, "member_id")? == self.member.id,
            "this is somebody else's wallet: {wallet}"
        );
        ensure!(
            text(&wallet, "available")? == "0",
            "a new wallet is not empty: {wallet}"
        );
        self.story.tell(
            "Signs in for the first time: the wallet is empty",
            Amount::default(),
        );
        Ok(())
    }
}
