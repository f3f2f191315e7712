//! The HTTP client that every SDK client of a process shares: one pool of connections, one TLS configuration.
//!
//! It trusts the roots that Amazon's public endpoints chain to (`roots.pem`) and no other: reading all roots of a machine
//! takes three times as long as the rest of a function's start. Where calls pass through a proxy or an endpoint with other
//! certificates, `AWS_CA_BUNDLE` names a PEM file that replaces them. Hosts that are not Amazon's need a client of their own
//! with all public roots; this one must not be given to them.
//!
//! Nothing of it is made before the first request. The cryptography is ring's: smaller than AWS-LC and with nothing to gather
//! before the first handshake. It speaks TLS 1.2 and 1.3, and has no post-quantum key exchange.

use std::fs;
use std::sync::OnceLock;

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http as connectors;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::Settings;
use crate::error::Failure;

const AMAZON_ROOTS: &[u8] = include_bytes!("roots.pem");

/// The client. All SDK clients made with it have the same timeouts, so that one connector serves them all.
pub fn client(settings: &impl Settings) -> Result<SharedHttpClient, Failure> {
    let roots = match settings.get("AWS_CA_BUNDLE") {
        None => AMAZON_ROOTS.to_vec(),
        Some(path) => bundle(&path)?,
    };
    let trusted = TrustStore::empty().with_pem_certificate(roots);
    let tls = TlsContext::builder()
        .with_trust_store(trusted)
        .build()
        .map_err(|error| Failure::broken("configuring TLS").because(error))?;
    let connector = OnceLock::new();
    Ok(connectors::http_client_fn(move |settings, components| {
        let connect = || {
            let mut connector: ConnectorBuilder = Connector::builder();
            connector.set_connector_settings(Some(settings.clone()));
            connector.set_sleep_impl(components.sleep_impl());
            let secured = connector
                .tls_provider(Provider::rustls(CryptoMode::Ring))
                .tls_context(tls.clone());
            connectors::SharedHttpConnector::new(secured.build())
        };
        connector.get_or_init(connect).clone()
    }))
}

/// The certificates in the file at `path`.
fn bundle(path: &str) -> Result<Vec<u8>, Failure> {
    let unreadable =
        || format!("AWS_CA_BUNDLE names {path}, which cannot be read as certificates in PEM");
    let pem = fs::read(path).map_err(|error| Failure::broken(unreadable()).because(error))?;
    match certificates(&pem) {
        Ok(0) => Err(Failure::broken(unreadable())),
        Ok(_) => Ok(pem),
        Err(error) => Err(Failure::broken(unreadable()).because(error)),
    }
}

/// How many certificates a PEM text holds, if all of them can be read.
fn certificates(pem: &[u8]) -> Result<usize, rustls_pki_types::pem::Error> {
    CertificateDer::pem_slice_iter(pem).try_fold(0, |count, found| found.map(|_| count + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bundle(&'static str);

    impl Settings for Bundle {
        fn get(&self, name: &str) -> Option<String> {
            (name == "AWS_CA_BUNDLE").then(|| self.0.to_owned())
        }
    }

    #[test]
    fn every_root_of_amazon_can_be_read() {
        assert_eq!(certificates(AMAZON_ROOTS).ok(), Some(5));
    }

    #[test]
    fn a_bundle_without_certificates_is_refused() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        for path in [manifest, "/missing"] {
            let refused = client(&Bundle(path)).expect_err("no certificates");
            assert!(refused.chain().contains(path), "{}", refused.chain());
        }
    }

    #[test]
    fn a_bundle_replaces_the_roots() {
        let roots = concat!(env!("CARGO_MANIFEST_DIR"), "/src/aws/roots.pem");
        assert!(client(&Bundle(roots)).is_ok());
    }
}
