//! The problems of a policy: each with its place in the file, a caret below the word, and a hint.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::text::{Colour, harmless};
use crate::policy::{Place, Problem, Severity, Text};

/// Renders the problems, with a blank line between them.
pub fn problems(problems: &[Problem], texts: &[Text], colour: Colour) -> Vec<u8> {
    let renderer = match colour {
        Colour::On => Renderer::styled(),
        Colour::Off => Renderer::plain(),
    };
    let drawn: Vec<String> =
        problems.iter().map(|problem| renderer.render(&groups(problem, texts))).collect();
    let mut text = drawn.join("\n\n");
    text.push('\n');
    text.into_bytes()
}

fn groups<'a>(problem: &'a Problem, texts: &'a [Text]) -> Vec<Group<'a>> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(problem.message.as_str()).id(problem.code.name());
    let mut places = vec![(&problem.place, problem.label.as_deref(), AnnotationKind::Primary)];
    for (place, label) in &problem.also {
        places.push((place, Some(label.as_str()), AnnotationKind::Context));
    }
    let mut snippets = Vec::new();
    for (file, text) in texts.iter().enumerate() {
        let mut annotations = Vec::new();
        for (place, label, kind) in places.iter().filter(|(place, ..)| place.file == file) {
            annotations.push(annotation(place, text, *label, *kind));
        }
        if !annotations.is_empty() {
            // The renderer escapes what it quotes of the text, but not the path.
            let snippet = Snippet::source(text.text.as_str()).path(harmless(&text.name));
            snippets.push(snippet.annotations(annotations));
        }
    }
    let group = title.elements(snippets);
    let hint = problem.hint.as_deref().map(|hint| Level::HELP.message(hint));
    vec![group.elements(hint)]
}

fn annotation<'a>(
    place: &Place,
    text: &Text,
    label: Option<&'a str>,
    kind: AnnotationKind,
) -> annotate_snippets::Annotation<'a> {
    let end = place.span.end.min(text.text.len());
    let start = place.span.start.min(end);
    kind.span(start..end).label(label)
}
