//! An operation as the table writes it down.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};

/// One method of one path.
pub struct Operation {
    /// The name of its function.
    pub id: &'static str,
    /// Who calls it.
    pub caller: Caller,
    /// Its method.
    pub method: &'static str,
    /// Its path.
    pub path: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// The parameters of its query.
    pub query: Option<Shape>,
    /// Whether it answers a page of a list, to be continued by a cursor.
    pub has_pages: bool,
    /// What it wants to be sent.
    pub body: Body,
    /// The status of success.
    pub status: u16,
    /// What it answers then.
    pub answer: Option<Shape>,
    /// What it may refuse beside what follows from its shape.
    pub refusals: Vec<&'static str>,
}

/// Who calls an operation, and so which API it is in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// A member, through the app.
    Member,
    /// An administrator.
    Admin,
    /// A partner's system.
    Partner,
}

/// What an operation wants to be sent.
pub enum Body {
    /// It does not look at the body.
    Ignored,
    /// Nothing, or an empty object.
    Empty,
    /// This.
    Needed(Shape),
}

/// A type, as far as a description needs it.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Its name among the schemas.
    pub name: fn() -> Cow<'static, str>,
    /// The schema itself.
    pub whole: fn(&mut SchemaGenerator) -> Schema,
    /// A reference to it.
    pub reference: fn(&mut SchemaGenerator) -> Schema,
}

/// An operation for members.
pub fn member(id: &'static str, route: &'static str) -> Operation {
    Operation::new(Caller::Member, id, route)
}

/// An operation for administrators.
pub fn admin(id: &'static str, route: &'static str) -> Operation {
    Operation::new(Caller::Admin, id, route)
}

/// An operation for partners.
pub fn partner(id: &'static str, route: &'static str) -> Operation {
    Operation::new(Caller::Partner, id, route)
}

impl Operation {
    fn new(caller: Caller, id: &'static str, route: &'static str) -> Self {
        let (method, path) = route.split_once(' ').unwrap_or(("GET", route));
        Self {
            id,
            caller,
            method,
            path,
            summary: "",
            query: None,
            has_pages: false,
            body: Body::Ignored,
            status: 200,
            answer: None,
            refusals: Vec::new(),
        }
    }

    /// What it does.
    pub fn says(mut self, summary: &'static str) -> Self {
        self.summary = summary;
        self
    }

    /// It answers pages, and has the parameters of this query.
    pub fn query<T: JsonSchema>(mut self) -> Self {
        self.query = Some(Shape::of::<T>());
        self.has_pages = true;
        self
    }

    /// It answers all at once, and has the parameters of this query.
    pub fn parameters<T: JsonSchema>(mut self) -> Self {
        self.query = Some(Shape::of::<T>());
        self
    }

    /// It wants this body.
    pub fn body<T: JsonSchema>(mut self) -> Self {
        self.body = Body::Needed(Shape::of::<T>());
        self
    }

    /// It wants nothing, or an empty object.
    pub fn empty_body(mut self) -> Self {
        self.body = Body::Empty;
        self
    }

    /// It answers this.
    pub fn answers<T: JsonSchema>(mut self, status: u16) -> Self {
        (self.status, self.answer) = (status, Some(Shape::of::<T>()));
        self
    }

    /// It answers without a body.
    pub fn answers_nothing(mut self, status: u16) -> Self {
        (self.status, self.answer) = (status, None);
        self
    }

    /// It has these refusals of its own.
    pub fn refuses(mut self, codes: &[&'static str]) -> Self {
        self.refusals.extend(codes);
        self
    }

    /// The names of the parameters of its path.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        let segments = self.path.split('/');
        segments.filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Every code it may refuse with, those that follow from its shape first.
    pub fn codes(&self) -> Vec<&'static str> {
        let mut codes = vec!["UNAUTHENTICATED"];
        if self.caller == Caller::Admin {
            codes.push("FORBIDDEN");
        }
        if self.path_parameters().next().is_some() {
            codes.push("INVALID_PATH");
        }
        codes.push("INVALID_QUERY");
        if self.has_pages {
            codes.push("INVALID_CURSOR");
        }
        if !matches!(self.body, Body::Ignored) {
            codes.extend(["BODY_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "INVALID_BODY"]);
        }
        codes.extend(&self.refusals);
        codes.extend(["INTERNAL", "UNAVAILABLE"]);
        codes
    }
}

impl Shape {
    /// The shape of `T`.
    pub fn of<T: JsonSchema>() -> Self {
        Self {
            name: T::schema_name,
            whole: T::json_schema,
            reference: |generator| generator.subschema_for::<T>(),
        }
    }
}
