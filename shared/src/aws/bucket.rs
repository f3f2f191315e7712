//! An S3 bucket as a place for files.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_types::SdkConfig;

use crate::error::Failure;
use crate::objects::{Errand, Facts, Keep, Range};

/// An S3 bucket.
pub struct Bucket {
    client: Client,
    name: String,
}

impl Bucket {
    /// The bucket of this name. TLS and the entity tags guard what travels; checksums beside them would be part of every link.
    pub fn new(configuration: &SdkConfig, name: String) -> Self {
        let local = configuration.endpoint_url().is_some();
        let configuration = aws_sdk_s3::config::Builder::from(configuration)
            // A local cloud has one host for all buckets.
            .force_path_style(local)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
        Self {
            client: Client::from_conf(configuration.build()),
            name,
        }
    }
}

#[async_trait]
impl Keep for Bucket {
    async fn facts(&self, name: &str) -> Result<Option<Facts>, Failure> {
        let request = self.client.head_object().bucket(&self.name).key(name);
        match request.send().await {
            Ok(found) => Ok(Some(Facts {
                size_bytes: found
                    .content_length()
                    .and_then(|size| size.try_into().ok())
                    .unwrap_or(0),
                mark: found.e_tag().unwrap_or_default().to_owned(),
            })),
            Err(error) if is_status(&error, &[404]) => Ok(None),
            Err(error) => Err(failure("looking for a file", error)),
        }
    }

    async fn read(&self, name: &str, mark: &str, range: Range) -> Result<Option<Vec<u8>>, Failure> {
        let last = range.from.saturating_add(range.bytes).saturating_sub(1);
        let request = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(name)
            .if_match(mark)
            .range(format!("bytes={}-{last}", range.from));
        let found = match request.send().await {
            Ok(found) => found,
            // There is none, or it is another.
            Err(error) if is_status(&error, &[404, 412]) => return Ok(None),
            Err(error) => return Err(failure("reading a file", error)),
        };
        let content = found.body.collect().await;
        let content =
            content.map_err(|error| Failure::unavailable("reading a file").because(error))?;
        Ok(Some(content.to_vec()))
    }

    async fn write(&self, name: &str, content: Vec<u8>) -> Result<(), Failure> {
        let request = self.client.put_object().bucket(&self.name).key(name);
        let sent = request.body(ByteStream::from(content)).send().await;
        sent.map_err(|error| failure("writing a file", error))?;
        Ok(())
    }

    async fn delete(&self, name: &str) -> Result<(), Failure> {
        let request = self.client.delete_object().bucket(&self.name).key(name);
        let sent = request.send().await;
        sent.map_err(|error| failure("deleting a file", error))?;
        Ok(())
    }

    async fn link(&self, errand: Errand, name: &str, seconds: u32) -> Result<String, Failure> {
        let unsigned = |error| Failure::broken("signing a link").because(error);
        let validity = PresigningConfig::expires_in(Duration::from_secs(seconds.into()))
            .map_err(|error| Failure::broken("signing a link").because(error))?;
        let signed = match errand {
            Errand::Upload => {
                let request = self.client.put_object().bucket(&self.name).key(name);
                request
                    .presigned(validity)
                    .await
                    .map_err(|error| unsigned(error.to_string()))?
            }
            Errand::Download => {
                let request = self.client.get_object().bucket(&self.name).key(name);
                request
                    .presigned(validity)
                    .await
                    .map_err(|error| unsigned(error.to_string()))?
            }
        };
        Ok(signed.uri().to_owned())
    }
}

fn is_status<E>(error: &SdkError<E>, statuses: &[u16]) -> bool {
    error
        .raw_response()
        .is_some_and(|response| statuses.contains(&response.status().as_u16()))
}

/// What S3 refuses for good is a mistake of ours: a missing right, a bucket that is not there.
fn failure<E>(doing: &str, error: SdkError<E>) -> Failure
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let doing = match error.code() {
        Some(code) => format!("{doing}: {code}"),
        None => doing.to_owned(),
    };
    if is_status(&error, &[400, 403, 404]) {
        Failure::broken(doing).because(error)
    } else {
        Failure::unavailable(doing).because(error)
    }
}
