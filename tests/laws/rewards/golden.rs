//! What each shipped rule gives for each of its activities, one story after the other.

use std::collections::BTreeSet;

use shared::catalog::Class;
use shared::rewards::ActivityKind;

use super::{Life, book, shipped, stories_of_data, stories_of_others};

/// The steps of a story: kind, particulars, instant, what it gives.
pub type Steps = &'static [(&'static str, &'static str, &'static str, &'static str)];

/// What it is about, by the rule's name; the class of its partner; what happens.
pub type Story = (&'static str, Option<Class>, Steps);

fn stories() -> impl Iterator<Item = Story> {
    stories_of_data::STORIES
        .into_iter()
        .chain(stories_of_others::STORIES)
}

#[test]
fn every_rule_gives_what_its_story_says() {
    for (title, class, steps) in stories() {
        let mut story = Life::new(book());
        if let Some(class) = class {
            story = story.with(class);
        }
        for (kind, fields, at, expected) in steps {
            let given = story.gives(kind, fields, at);
            assert_eq!(given, *expected, "{title}: {kind} {fields} at {at}");
        }
    }
}

#[test]
fn every_shipped_rule_and_every_kind_has_a_story() {
    let told: BTreeSet<&str> = stories()
        .filter_map(|(title, ..)| title.split_once(':'))
        .map(|(rule, _)| rule)
        .collect();
    let rules = shipped();
    assert_eq!(told, rules.keys().map(shared::text::Word::as_str).collect());

    let kinds: BTreeSet<ActivityKind> = rules.values().map(|terms| terms.kind).collect();
    assert_eq!(kinds, ActivityKind::ALL.into_iter().collect());
}
