//! A request to an HTTP endpoint, read into values.

use std::fmt::Display;
use std::str::FromStr;

use chrono::Utc;
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use uuid::Uuid;

use super::answer::Origin;
use crate::audit::Act;
use crate::error::{Failure, Rejection};
use crate::guesses::{Guesser, Kind, Sighting, Subject};
use crate::id::{AuditId, MemberId, PartnerId};
use crate::text::Reference;
use crate::time::Timestamp;

/// A request, and what the edge adds to it.
pub struct Call {
    request: Request,
    fresh: Fresh,
}

/// What no request says: the instant, an id that nothing has yet, and random bits.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    /// The instant at which the request came.
    pub now: Timestamp,
    /// An id for what the request creates.
    pub id: Uuid,
    /// Bits for the secrets that the request creates.
    pub random: [[u8; 32]; 2],
}

/// The largest body any operation accepts.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Who may change things.
const ADMIN_GROUP: &str = "admin";

/// Who helps single members.
const SUPPORT_GROUP: &str = "support";

/// Who may read everything an administrator reads.
const AUDITOR_GROUP: &str = "auditor";

impl Fresh {
    /// What is fresh now.
    pub fn now() -> Result<Self, Failure> {
        let mut random = [[0; 32]; 2];
        getrandom::fill(random.as_flattened_mut())
            .map_err(|error| Failure::broken("reading random bits").because(error))?;
        Ok(Self {
            now: Timestamp::now(),
            id: Uuid::now_v7(),
            random,
        })
    }
}

impl Timestamp {
    /// The clock. Read at the edge only.
    pub(super) fn now() -> Self {
        Self::new(Utc::now())
    }
}

impl Call {
    /// The call that `request` makes.
    pub fn new(request: Request, fresh: Fresh) -> Self {
        Self { request, fresh }
    }

    /// What is fresh in this call.
    pub fn fresh(&self) -> Fresh {
        self.fresh
    }

    /// The instant of this call.
    pub fn now(&self) -> Timestamp {
        self.fresh.now
    }

    /// Which request this is, for the answer and the log.
    pub fn origin(&self) -> Origin {
        let request_id = match self.request.request_context_ref() {
            Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
            Some(RequestContext::ApiGatewayV1(context)) => context.request_id.clone(),
            _ => None,
        };
        Origin {
            request_id: request_id.unwrap_or_else(|| self.fresh.id.to_string()),
            method: self.request.method().to_string(),
            path: self.request.uri().path().to_owned(),
            at: self.fresh.now,
        }
    }

    /// The member who calls.
    pub fn member(&self) -> Result<MemberId, Rejection> {
        let subject = self
            .claim("sub")
            .and_then(|subject| Uuid::try_parse(subject).ok());
        subject.map(MemberId::new).ok_or(Rejection::Unauthenticated)
    }

    /// The act of the administrator who calls.
    pub fn admin(&self) -> Result<Act, Rejection> {
        self.act_of(&[ADMIN_GROUP])
    }

    /// The act of somebody who helps a member: of support, or an administrator.
    pub fn support(&self) -> Result<Act, Rejection> {
        self.act_of(&[ADMIN_GROUP, SUPPORT_GROUP])
    }

    fn act_of(&self, groups: &[&str]) -> Result<Act, Rejection> {
        let actor = self.one_of(groups)?;
        Ok(Act {
            actor,
            request_id: self.origin().request_id,
            at: self.fresh.now,
            id: AuditId::new(self.fresh.id),
        })
    }

    /// Makes sure that somebody calls who may read what administrators read.
    pub fn staff(&self) -> Result<(), Rejection> {
        self.one_of(&[ADMIN_GROUP, AUDITOR_GROUP]).map(|_| ())
    }

    /// Makes sure that somebody calls who may look at what a member holds: to help them, or as administrators read.
    pub fn desk(&self) -> Result<MemberId, Rejection> {
        self.one_of(&[ADMIN_GROUP, AUDITOR_GROUP, SUPPORT_GROUP])
    }

    /// Who calls, if they are in one of these groups.
    fn one_of(&self, wanted: &[&str]) -> Result<MemberId, Rejection> {
        let caller = self.member()?;
        // The gateway flattens the list of groups into one text, such as "[admin support]".
        let groups = self.claim("cognito:groups").unwrap_or_default();
        let mut groups = groups.split(['[', ']', ',', ' ', '"']);
        groups
            .any(|group| wanted.contains(&group))
            .then_some(caller)
            .ok_or(Rejection::Forbidden)
    }

    /// The partner who calls, as its authorizer found.
    pub fn partner(&self) -> Result<PartnerId, Rejection> {
        let partner = self.authorized("partner_id")?;
        partner.parse().map_err(|_| Rejection::Unauthenticated)
    }

    /// Those to whom a wrong code is counted: the key and the address of the call, and the partner's customer if it is named.
    pub fn guesser(&self, customer: Option<&Reference>) -> Result<Guesser, Rejection> {
        let partner = self.partner()?;
        let seen: Vec<Sighting> = serde_json::from_str(self.authorized("guesses")?)
            .map_err(|_| Rejection::Unauthenticated)?;
        let seen_of = seen.iter().map(|sighting| &sighting.subject);
        let mut subjects: Vec<Subject> = seen_of
            .filter(|subject| subject.kind() == Kind::Key)
            .cloned()
            .collect();
        if subjects.is_empty() {
            return Err(Rejection::Unauthenticated);
        }
        if let Some(RequestContext::ApiGatewayV1(context)) = self.request.request_context_ref() {
            subjects.extend(context.identity.source_ip.as_deref().map(Subject::source));
        }
        subjects.extend(customer.map(|customer| Subject::customer(partner, customer)));
        Ok(Guesser { subjects, seen })
    }

    /// What the authorizer of the partner API says of the call.
    fn authorized(&self, name: &str) -> Result<&str, Rejection> {
        let Some(RequestContext::ApiGatewayV1(context)) = self.request.request_context_ref() else {
            return Err(Rejection::Unauthenticated);
        };
        let field = context.authorizer.fields.get(name);
        field
            .and_then(|field| field.as_str())
            .ok_or(Rejection::Unauthenticated)
    }

    fn claim(&self, name: &str) -> Option<&str> {
        let Some(RequestContext::ApiGatewayV2(context)) = self.request.request_context_ref() else {
            return None;
        };
        Some(
            context
                .authorizer
                .as_ref()?
                .jwt
                .as_ref()?
                .claims
                .get(name)?
                .as_str(),
        )
    }

    /// A parameter of the path.
    pub fn path<T: FromStr<Err: Display>>(&self, name: &'static str) -> Result<T, Rejection> {
        let parameters = self.request.path_parameters_ref();
        let text = parameters
            .and_then(|parameters| parameters.first(name))
            .unwrap_or_default();
        text.parse()
            .map_err(|error: T::Err| Rejection::InvalidPath {
                parameter: name.to_owned(),
                reason: error.to_string(),
            })
    }

    /// The parameters of the query.
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, Rejection> {
        let query = self.request.uri().query().unwrap_or_default();
        serde_html_form::from_str(query).map_err(|error| Rejection::InvalidQuery {
            reason: error.to_string(),
        })
    }

    /// Makes sure that nothing is asked for in the query, where an operation has no parameters there.
    pub fn no_query(&self) -> Result<(), Rejection> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}

        self.query().map(|Nothing {}| ())
    }

    /// The body. An operation with a body has no parameters in the query.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, Rejection> {
        self.no_query()?;
        let bytes: &[u8] = self.request.body().as_ref();
        if bytes.len() > BODY_BYTES_MAX {
            return Err(Rejection::BodyTooLarge {
                size_bytes: bytes.len(),
                size_bytes_max: BODY_BYTES_MAX,
            });
        }
        if !self.is_json() {
            return Err(Rejection::UnsupportedMediaType);
        }
        // A structure would also be read from a list of its fields' values.
        if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            return Err(Rejection::InvalidBody {
                pointer: String::new(),
                reason: "an object is expected".to_owned(),
            });
        }
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let body = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            Rejection::InvalidBody {
                pointer: pointer(error.path()),
                reason: error.inner().to_string(),
            }
        })?;
        json.end().map_err(|error| Rejection::InvalidBody {
            pointer: String::new(),
            reason: error.to_string(),
        })?;
        Ok(body)
    }

    /// The body of an operation that needs none: what stands for nothing, or an empty object.
    pub fn empty_body(&self) -> Result<(), Rejection> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Empty {}

        if self.request.body().as_ref().is_empty() {
            self.no_query()
        } else {
            self.body().map(|Empty {}| ())
        }
    }

    fn is_json(&self) -> bool {
        let header = self.request.headers().get(http::header::CONTENT_TYPE);
        let media: Option<mime::Mime> =
            header.and_then(|header| header.to_str().ok()?.parse().ok());
        media.is_some_and(|media| {
            media.type_() == mime::APPLICATION && media.subtype() == mime::JSON
        })
    }
}

/// A path into a body as a JSON pointer (RFC 6901).
fn pointer(path: &Path) -> String {
    let segment = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    };
    path.iter().map(segment).collect()
}
